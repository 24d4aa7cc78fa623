// Runs the quick start of the README as it stands there: quick_start.mjs README TAIWA DATA PORT
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Server } from './server.mjs';

const [readme, binary, folder, port] = process.argv.slice(2);
const text = await readFile(readme, 'utf8');
const found = text.match(/<!-- quick-start -->\n```js\n([\s\S]*?)```/);
assert.ok(found, 'the README has a quick start');
// In a folder of its own, beside the demo's data, as the README says.
await mkdir(folder, { recursive: true });
await writeFile(`${folder}/quick-start.mjs`, found[1]);
await symlink(new URL('node_modules', import.meta.url).pathname, `${folder}/node_modules`);
const server = new Server(binary, `${folder}/taiwa-demo`, Number(port));
try {
  await server.start();
  const run = promisify(execFile)(process.execPath, ['quick-start.mjs'], { cwd: folder, timeout: 60_000 });
  const { stdout } = await run;
  assert.match(stdout, /AGENDA 来月の目標/);
  process.stdout.write(stdout);
} finally {
  await server.kill();
}
