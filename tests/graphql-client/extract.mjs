// Takes the first query out of README.md, so that what the README promises is what runs.
// It stands in a fenced block after the marker <!-- first-query -->. A marker that names a role,
// <!-- first-query as: manager -->, has it sent as a persona of the demo with that role.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Kind, parse, print } from 'graphql';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const found = readme.match(
  /<!--\s*first-query(?:\s+as:\s*(?<role>[\w-]+))?\s*-->[\s\S]*?```graphql\r?\n(?<query>[\s\S]*?)```/,
);
if (!found) {
  console.error('README.md has no graphql block after a marker <!-- first-query -->');
  process.exit(1);
}
const document = parse(found.groups.query);
const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
// Only a named operation gets types; a README may leave the name out.
const name = operation.name?.value ?? 'FirstQuery';
const named = {
  ...document,
  definitions: document.definitions.map((one) =>
    one === operation
      ? { ...one, name: { kind: Kind.NAME, value: name } }
      : one,
  ),
};
const type = name.charAt(0).toUpperCase() + name.slice(1);
const folder = new URL('generated/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('first-query.graphql', folder), `${print(named)}\n`);
await writeFile(
  new URL('first-query.ts', folder),
  `export { ${type}Document as FirstQuery } from './gql/graphql.js';\n` +
    `export const role: string | undefined = ${JSON.stringify(found.groups.role)};\n`,
);
console.log(`README's first query: ${name}`);
