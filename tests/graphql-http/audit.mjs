// Runs every audit of graphql-http against a running server: node audit.mjs URL
import { auditServer } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(2);
}

const results = await auditServer({ url });
let failed = 0;
for (const result of results) {
  if (result.status === 'ok') continue;
  failed += 1;
  console.error(`${result.status}: ${result.id} ${result.name}: ${result.reason ?? ''}`);
}
// A version of the suite with fewer audits would pass without telling us anything.
const expected = 61;
if (results.length !== expected) {
  console.error(`${results.length} audits ran where ${expected} were expected`);
  failed += 1;
}
console.log(`${results.length - failed} of ${results.length} GraphQL-over-HTTP audits passed`);
process.exit(failed === 0 ? 0 : 1);
