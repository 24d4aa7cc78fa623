// An editor of minutes as a browser has one, in a process of its own: yjs, y-websocket and the part
// of y-prosemirror that writes an editor's changes into the document. Told what to do over IPC.
import { Schema } from 'prosemirror-model';
import { WebSocket } from 'ws';
import { updateYFragment, yXmlFragmentToProsemirrorJSON } from 'y-prosemirror';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

// The names of Tiptap's StarterKit, as far as they are used here.
const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: { group: 'block', content: 'inline*' },
    heading: { group: 'block', content: 'inline*', attrs: { level: { default: 1 } } },
    bulletList: { group: 'block', content: 'listItem+' },
    listItem: { content: 'paragraph block*' },
    hardBreak: { group: 'inline', inline: true },
    text: { group: 'inline' },
  },
  marks: { bold: {}, italic: {}, strike: {}, code: {}, link: { attrs: { href: {} } } },
});

const { url, minutes, token, graphql } = JSON.parse(process.argv[2]);
const doc = new Y.Doc();
const fragment = doc.getXmlFragment('default');
const mapping = { mapping: new Map(), isOMark: new Map() };
const provider = new WebsocketProvider(url, minutes, doc, {
  connect: false,
  disableBc: true,
  WebSocketPolyfill: WebSocket,
});

async function ticket() {
  const query = 'mutation { createSocketTicket { socketTicket { secret } } }';
  const response = await fetch(graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const answer = await response.json();
  return answer.data.createSocketTicket.socketTicket.secret;
}

const content = () => schema.nodeFromJSON(yXmlFragmentToProsemirrorJSON(fragment));

const actions = {
  // With a fresh ticket, or with one that is given.
  async connect(given) {
    const secret = given ?? (await ticket());
    // A ticket opens one socket: the next connection needs the next one.
    provider.protocols = ['taiwa', `ticket.${secret}`];
    const closed = new Promise((resolve) => {
      provider.once('connection-close', (event) => resolve({ code: event?.code }));
    });
    const synced = new Promise((resolve) => {
      provider.once('sync', () => resolve({ synced: true }));
    });
    provider.connect();
    const outcome = await Promise.race([closed, synced]);
    if (outcome.synced !== true) provider.disconnect();
    return { ...outcome, secret };
  },
  async disconnect() {
    provider.disconnect();
  },
  // Adds a paragraph, bold, after the block with this place.
  async add({ after, text }) {
    const node = content();
    node.check();
    const blocks = [];
    node.forEach((block) => blocks.push(block));
    const bold = schema.text(text, [schema.mark('bold')]);
    blocks.splice(after, 0, schema.node('paragraph', null, [bold]));
    updateYFragment(doc, fragment, schema.node('doc', null, blocks), mapping);
  },
  async introduce(state) {
    provider.awareness.setLocalState(state);
    return doc.clientID;
  },
  // Waits until the text holds all of these.
  async see(words) {
    const all = () => words.every((word) => content().textContent.includes(word));
    while (!all()) await new Promise((resolve) => doc.once('update', resolve));
  },
  async meet(client) {
    const state = () => provider.awareness.getStates().get(client);
    while (!state()) await new Promise((resolve) => provider.awareness.once('change', resolve));
    return state();
  },
  async read() {
    const node = content();
    node.check();
    return node.toJSON();
  },
};

process.on('message', async ({ id, action, argument }) => {
  try {
    process.send({ id, result: (await actions[action](argument)) ?? null });
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
