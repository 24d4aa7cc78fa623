// Two people write minutes from two processes with the packages that editors use:
// clients.mjs demo.json
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const demo = JSON.parse(await readFile(process.argv[2], 'utf8'));
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

class Editor {
  #next = 0;
  #waiting = new Map();

  static async open(minutes, token) {
    const self = new Editor();
    const script = fileURLToPath(new URL('editor.mjs', import.meta.url));
    self.process = fork(script, [JSON.stringify({ url: sockets, minutes, token, graphql })]);
    await new Promise((resolve) => self.process.once('message', resolve));
    self.process.on('message', ({ id, result, error }) => {
      const { resolve, reject } = self.#waiting.get(id);
      self.#waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(result);
    });
    return self;
  }

  do(action, argument) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${action} never ended`)), 60_000);
      const end = (then) => (value) => {
        clearTimeout(late);
        then(value);
      };
      this.#waiting.set(id, { resolve: end(resolve), reject: end(reject) });
      this.process.send({ id, action, argument });
    });
  }
}

const member = demo.personas.find((it) => it.role === 'member');
const { viewer } = await ask(
  member.token,
  `{ viewer { person { id displayName } pairs { kind organizer { number displayName }
     nextMeetings(first: 1) { id } } } }`,
);
const pair = viewer.pairs.find((it) => it.kind === 'MANAGER' && it.nextMeetings.length > 0);
const manager = demo.personas.find((it) => it.number === pair.organizer.number);
assert.ok(manager, 'the demo has a token of the member\'s manager');
const meetingId = pair.nextMeetings[0].id;
const created = await ask(
  member.token,
  `mutation($input: CreateMinutesInput!) { createMinutes(input: $input) {
     minutes { id markdown version } userErrors { message } } }`,
  { input: { meetingId } },
);
assert.deepEqual(created.createMinutes.userErrors, []);
const { id } = created.createMinutes.minutes;
const markdown = async () => {
  const query = 'query($id: ID!) { node(id: $id) { ... on Minutes { markdown version } } }';
  return (await ask(manager.token, query, { id })).node;
};

const one = await Editor.open(id, member.token);
const two = await Editor.open(id, manager.token);
const { secret, synced } = await one.do('connect');
assert.equal(synced, true);
assert.equal((await two.do('connect')).synced, true);

// Each sees the other's words, and the server's name for the other.
await one.do('add', { after: 1, text: '来月の目標' });
await two.do('see', ['来月の目標']);
await two.do('add', { after: 3, text: '資料を読む' });
await one.do('see', ['来月の目標', '資料を読む']);
const client = await one.do('introduce', { user: { name: '社長', color: '#123456' }, cursor: 1 });
const seen = await two.do('meet', client);
assert.equal(seen.user.name, viewer.person.displayName);
assert.equal(seen.user.id, viewer.person.id);
assert.equal(seen.user.color, '#123456');

// Offline both go on; GraphQL meanwhile as well. Together again, nothing is lost.
await one.do('disconnect');
await two.do('disconnect');
await one.do('add', { after: 2, text: '一人で書いた' });
await two.do('add', { after: 2, text: '二人目が書いた' });
const before = await markdown();
const written = await ask(
  manager.token,
  `mutation($input: WriteMinutesInput!) { writeMinutes(input: $input) {
     minutes { markdown } userErrors { message } } }`,
  {
    input: {
      minutesId: id,
      markdown: `${before.markdown}\n- 箇条書き\n`,
      baseVersion: before.version,
    },
  },
);
assert.deepEqual(written.writeMinutes.userErrors, []);
for (const editor of [one, two]) assert.equal((await editor.do('connect')).synced, true);
const words = ['来月の目標', '資料を読む', '一人で書いた', '二人目が書いた', '箇条書き'];
for (const editor of [one, two]) await editor.do('see', words);
const [left, right] = [await one.do('read'), await two.do('read')];
assert.deepEqual(left, right);
const list = left.content.at(-1);
assert.equal(list.type, 'bulletList');
const { markdown: text } = await markdown();
for (const word of words.slice(0, 4)) assert.equal(text.split(`**${word}**`).length, 2, text);
assert.ok(text.endsWith('- 箇条書き\n'), text);

// A ticket that was used opens nothing.
await one.do('disconnect');
assert.equal((await one.do('connect', secret)).code, 4401);

for (const editor of [one, two]) editor.process.disconnect();
console.log(`two processes wrote ${text.length} characters with yjs, y-websocket and y-prosemirror`);
