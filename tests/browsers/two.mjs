// Two browsers write the same minutes: two.mjs demo.json PORT [WORDS]
//
// PORT is the page's; its origin is one that the server allows. Prints how long each of WORDS took
// from the key that ended it in one browser until the other showed it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const [file, port, count = '3'] = process.argv.slice(2);
const demo = JSON.parse(await readFile(file, 'utf8'));
const graphql = demo.url;
const sockets = graphql.replace(/^http/, 'ws').replace(/\/graphql$/, '/minutes');

async function ask(token, query, variables = {}) {
  const response = await fetch(graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  assert.ok(!answer.errors, JSON.stringify(answer));
  return answer.data;
}

const member = demo.personas.find((it) => it.role === 'member');
const { viewer } = await ask(
  member.token,
  `{ viewer { pairs { kind organizer { number } nextMeetings(first: 1) { id } } } }`,
);
const pair = viewer.pairs.find((it) => it.kind === 'MANAGER' && it.nextMeetings.length > 0);
const manager = demo.personas.find((it) => it.number === pair.organizer.number);
const created = await ask(
  member.token,
  `mutation($input: CreateMinutesInput!) { createMinutes(input: $input) {
     minutes { id } userErrors { message } } }`,
  { input: { meetingId: pair.nextMeetings[0].id } },
);
assert.deepEqual(created.createMinutes.userErrors, []);
const minutes = created.createMinutes.minutes.id;

const entry = new URL('page.mjs', import.meta.url).pathname;
const bundle = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
const script = bundle.outputFiles[0].text;
const html = '<!doctype html><meta charset="utf-8"><title>Minutes</title><main></main>'
  + '<script type="module" src="page.js"></script>';
const page = createServer((request, response) => {
  const isScript = request.url === '/page.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? script : html);
});
await new Promise((resolve) => page.listen(Number(port), '127.0.0.1', resolve));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  // Contexts share nothing, as two people's browsers do.
  const open = async (token) => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    tab.on('pageerror', (error) => assert.fail(error));
    await tab.goto(`http://127.0.0.1:${port}/`);
    await tab.waitForFunction(() => globalThis.taiwa);
    await tab.evaluate((where) => globalThis.taiwa.start(where), { graphql, sockets, minutes, token });
    return tab;
  };
  const tabs = [await open(member.token), await open(manager.token)];
  const took = [];
  for (let n = 0; n < Number(count); n += 1) {
    const [writer, reader] = n % 2 === 0 ? tabs : [tabs[1], tabs[0]];
    const word = `言葉${n}番。`;
    await writer.locator('.tiptap').click();
    await writer.keyboard.press('Control+End');
    await writer.keyboard.type(word.slice(0, -1));
    const seen = reader.evaluate((it) => globalThis.taiwa.seen(it), word);
    const typed = await writer.evaluate(() => globalThis.taiwa.now());
    await writer.keyboard.type(word.slice(-1));
    took.push((await seen) - typed);
  }
  const texts = await Promise.all(tabs.map((tab) => tab.locator('main').innerText()));
  assert.equal(texts[0], texts[1]);
  for (let n = 0; n < Number(count); n += 1) assert.ok(texts[0].includes(`言葉${n}番。`), texts[0]);
  // What stands on the pages is what the server has.
  const query = 'query($id: ID!) { node(id: $id) { ... on Minutes { markdown } } }';
  const { markdown } = (await ask(manager.token, query, { id: minutes })).node;
  for (let n = 0; n < Number(count); n += 1) assert.ok(markdown.includes(`言葉${n}番。`), markdown);
  took.sort((a, b) => a - b);
  const at = (part) => took[Math.min(took.length - 1, Math.floor(took.length * part))];
  console.log(JSON.stringify({ words: took.length, p50: at(0.5), p95: at(0.95), longest: took.at(-1) }));
} finally {
  await browser.close();
  page.close();
}
