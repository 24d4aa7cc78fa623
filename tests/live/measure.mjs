// Opens many subscriptions, makes changes and tells how soon they came: measure.mjs PLAN
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { asker, once } from './server.mjs';

const { url, server, tokens, each, changes } = JSON.parse(await readFile(process.argv[2], 'utf8'));
const CHANGES = `subscription($after: String) { changes(after: $after) {
  cursor kind pair { id } node { id ... on AgendaItem { text } } } }`;

async function megabytes() {
  const status = await readFile(`/proc/${server}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+) kB/)[1]) / 1024;
}

// Everybody asks once, so that what any request needs is there already.
const people = [];
for (const token of tokens) {
  const ask = asker({ url }, token);
  const { viewer } = await ask(
    '{ viewer { changesCursor person { id } pairs { id kind partner { id } } } }',
  );
  const own = viewer.pairs.find(
    (it) => it.kind === 'MANAGER' && it.partner.id === viewer.person.id,
  );
  people.push({ token, ask, after: viewer.changesCursor, pair: own?.id });
}
const idleMegabytes = await megabytes();

// When the change with a text was asked for; how long it took to each who was told.
const asked = new Map();
const took = [];
let wake = () => {};

async function listen({ token, after }) {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const say = (message) => socket.send(JSON.stringify(message));
  await once((resolve) => {
    socket.on('open', () => say({
      type: 'connection_init', payload: { authorization: `Bearer ${token}` },
    }));
    socket.on('message', (data) => {
      const now = performance.now();
      const message = JSON.parse(data);
      if (message.type === 'connection_ack') {
        say({ type: 'subscribe', id: '1', payload: { query: CHANGES, variables: { after } } });
        // Answered after it: the subscription is there.
        say({ type: 'subscribe', id: '2', payload: { query: '{ health { status } }' } });
      } else if (message.id === '2') {
        if (message.type === 'complete') resolve();
      } else if (message.type === 'next') {
        took.push(now - asked.get(message.payload.data.changes.node.text));
        wake();
      } else {
        throw new Error(data.toString());
      }
    });
    socket.on('error', (error) => { throw error; });
  }, 'a subscription');
}

const listeners = people.flatMap((person) => Array(each).fill(person));
for (let at = 0; at < listeners.length; at += 50) {
  await Promise.all(listeners.slice(at, at + 50).map(listen));
}
const openMegabytes = await megabytes();

const reports = people.filter((it) => it.pair);
for (let n = 0; n < changes; n += 1) {
  const { ask, pair } = reports[(n * 7919) % reports.length];
  const text = `change ${n}`;
  const expected = (n + 1) * 2 * each;
  asked.set(text, performance.now());
  await ask(
    `mutation($input: AddAgendaItemInput!) {
       addAgendaItem(input: $input) { userErrors { message } } }`,
    { input: { pairId: pair, text } },
  );
  // One after the other: how soon, not how many.
  while (took.length < expected) await once((resolve) => { wake = resolve; }, text);
}
took.sort((a, b) => a - b);
const at = (part) => took[Math.min(took.length - 1, Math.floor(took.length * part))];
console.log(JSON.stringify({
  subscriptions: listeners.length,
  told: took.length,
  idleMegabytes,
  openMegabytes,
  p50: at(0.5),
  p99: at(0.99),
  longest: took.at(-1),
}));
process.exit(0);
