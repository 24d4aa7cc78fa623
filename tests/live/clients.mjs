// What changes, heard with the packages that frontends use, from a server that is killed and comes
// back: clients.mjs TAIWA DATA PORT
import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { createClient as createSse } from 'graphql-sse';
import { createClient as createWs } from 'graphql-ws';
import { Server, asker, once } from './server.mjs';

const [binary, data, port] = process.argv.slice(2);
const server = new Server(binary, data, Number(port));
const CHANGES = `subscription($after: String, $kinds: [ChangeKind!]) {
  changes(after: $after, kinds: $kinds) { cursor kind node { ... on ActionItem { id text } } } }`;

// A subscriber over either transport: what it heard, and how far it is.
class Subscriber {
  heard = [];
  after;
  error;
  #wake = () => {};

  constructor(after) {
    this.after = after;
  }

  begin(client) {
    const self = this;
    const variables = {
      kinds: ['ACTIONS'],
      // Read at every attempt: after a lost connection it goes on where it was.
      get after() {
        return self.after;
      },
    };
    this.end = client.subscribe({ query: CHANGES, variables }, {
      next: ({ data, errors }) => {
        if (errors) {
          self.error = errors;
        } else {
          self.heard.push(data.changes.node.text);
          self.after = data.changes.cursor;
        }
        self.#wake();
      },
      error: (error) => {
        self.error = error;
        self.#wake();
      },
      complete: () => {},
    });
    return this;
  }

  async until(is) {
    while (!is(this)) {
      await once((resolve) => {
        this.#wake = resolve;
      }, `${JSON.stringify(this.heard)} ${this.error}`);
    }
  }
}

const gates = [];
// Lost connections are tried again when the test says so.
const gate = () => new Promise((resolve) => gates.push(resolve));
const open = () => gates.splice(0).forEach((resolve) => resolve());

function sockets(token, more = {}) {
  return createWs({
    url: server.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: Infinity,
    retryWait: gate,
    ...more,
  });
}

function events(token) {
  return createSse({
    url: server.url,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: Infinity,
    retry: gate,
  });
}

// With which code the server closes a socket of npm's ws.
async function closes(protocols, act) {
  const socket = new WebSocket(server.url.replace(/^http/, 'ws'), protocols);
  const closed = once((resolve) => socket.once('close', resolve), 'a socket that closes');
  socket.once('open', () => act(socket));
  socket.on('error', () => {});
  return closed;
}

try {
  await server.start();
  const { personas } = await server.demo();
  const member = personas.find((it) => it.role === 'member');
  const ask = asker(server, member.token);
  const { viewer } = await ask(`{ viewer { changesCursor person { id }
    pairs { id kind organizer { number } nextMeetings(first: 1) { id } } } }`);
  const pair = viewer.pairs.find((it) => it.kind === 'MANAGER' && it.nextMeetings.length > 0);
  const manager = personas.find((it) => it.number === pair.organizer.number);
  const tell = async (text) => {
    const input = { pairId: pair.id, ownerId: viewer.person.id, text };
    const done = await asker(server, manager.token)(
      `mutation($input: AddActionInput!) { addAction(input: $input) { userErrors { message } } }`,
      { input },
    );
    assert.deepEqual(done.addAction.userErrors, []);
  };

  // Both hear what somebody else does, from a cursor on.
  const socket = sockets(member.token);
  const one = new Subscriber(viewer.changesCursor).begin(socket);
  const two = new Subscriber(viewer.changesCursor).begin(events(member.token));
  await tell('資料を読む');
  for (const it of [one, two]) await it.until(({ heard }) => heard.length === 1);

  // The server is killed and comes back; what happened meanwhile comes when they are back, once.
  await server.kill();
  await server.start();
  await tell('二つ目');
  await tell('三つ目');
  const lost = setInterval(open, 100);
  await tell('四つ目');
  for (const it of [one, two]) {
    await it.until(({ heard }) => heard.length === 4);
    assert.deepEqual(it.heard, ['資料を読む', '二つ目', '三つ目', '四つ目']);
    assert.equal(it.error, undefined);
  }
  clearInterval(lost);

  // Queries and mutations go over the same socket.
  const answers = [];
  for await (const answer of socket.iterate({ query: '{ viewer { person { id } } }' })) {
    answers.push(answer.data);
  }
  assert.deepEqual(answers, [{ viewer: { person: viewer.person } }]);

  // A cursor of no use says so, with its code.
  for (const client of [socket, events(member.token)]) {
    const late = new Subscriber('rubbish');
    const refused = once((resolve) => client.subscribe(
      { query: CHANGES, variables: { after: late.after } },
      {
        next: ({ errors }) => errors && resolve(errors),
        error: resolve,
        complete: () => {},
      },
    ), 'a refusal');
    const [{ extensions }] = await refused;
    assert.equal(extensions.code, 'CURSOR_EXPIRED');
  }

  // A token that is none.
  const closed = once((resolve) => {
    const client = sockets('x', { on: { closed: resolve }, retryAttempts: 0 });
    client.subscribe({ query: CHANGES }, { next() {}, error() {}, complete() {} });
  }, 'a socket that closes');
  assert.equal((await closed).code, 4401);

  // Whoever does not keep to the protocol.
  const protocol = 'graphql-transport-ws';
  const init = (it) => it.send(JSON.stringify({
    type: 'connection_init', payload: { authorization: `Bearer ${member.token}` },
  }));
  const subscribe = (it) => it.send(JSON.stringify({
    type: 'subscribe', id: '1', payload: { query: CHANGES },
  }));
  const [twice, early, silent, unnamed] = await Promise.all([
    closes(protocol, (it) => [init, subscribe, subscribe].forEach((say) => say(it))),
    closes(protocol, subscribe),
    closes(protocol, () => {}),
    closes(undefined, () => {}),
  ]);
  assert.deepEqual([twice, early, silent, unnamed], [4409, 4401, 4408, 4406]);

  // What is open ends with the token.
  const ended = once((resolve) => socket.on('closed', resolve), 'a socket that closes');
  await ask('mutation { revokeMyTokens { revoked } }');
  assert.equal((await ended).code, 4401);
  await two.until(({ error }) => error);
  assert.equal(two.error[0].extensions.code, 'UNAUTHENTICATED');
  console.log(`${one.heard.length} changes over each transport, with graphql-ws and graphql-sse`);
} finally {
  await server.kill();
}
process.exit(0);
