// Builds the embedded GraphiQL page into api/server/src/http/graphiql: `npm ci && npm run build`.
// The output is committed, so that building the server needs neither Node nor a network.
import { build } from 'esbuild';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '../../../api/server/src/http/graphiql');

const result = await build({
  absWorkingDir: here,
  entryPoints: { console: 'console.mjs' },
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: false,
  target: 'es2022',
  outdir: out,
  write: false,
  metafile: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.svg': 'dataurl' },
});

await mkdir(out, { recursive: true });
for (const file of result.outputFiles) {
  const style = file.path.endsWith('.css');
  const name = style ? 'console.css.gz' : 'console.js.gz';
  // The style sheet carries two font families, nine tenths of it: the system's own do as well.
  const contents = style ? file.text.replaceAll(/@font-face\s*\{[^}]*\}/g, '') : file.text;
  // No name and no time in the header: the same input gives the same bytes.
  const packed = gzipSync(contents, { level: constants.Z_BEST_COMPRESSION });
  await writeFile(join(out, name), packed);
  console.log(`${name}: ${contents.length} bytes, ${packed.length} compressed`);
}

// The licences of exactly the packages whose code is inside.
const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
let licences =
  'console.js.gz and console.css.gz are GraphiQL and the packages it is made of, bundled by\n' +
  'tests/tools/graphiql. Their licences follow.\n';
for (const folder of [...packages].sort()) {
  const manifest = JSON.parse(await readFile(join(here, folder, 'package.json'), 'utf8'));
  const file = (await readdir(join(here, folder))).find((name) => /^licen[cs]e/i.test(name));
  licences += `\n${'='.repeat(78)}\n${manifest.name} ${manifest.version} (${manifest.license})\n\n`;
  licences += file
    ? `${(await readFile(join(here, folder, file), 'utf8')).trim()}\n`
    : `The package names its licence, ${manifest.license}, but carries no text of it.\n`;
}
await writeFile(join(out, 'LICENSES.txt'), licences);
console.log(`LICENSES.txt: ${packages.size} packages`);
