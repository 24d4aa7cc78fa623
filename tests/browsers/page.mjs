// The page: Tiptap on the minutes of one meeting. `taiwa.start` is told where and as whom.
import { Editor } from '@tiptap/core';
import Collaboration from '@tiptap/extension-collaboration';
import StarterKit from '@tiptap/starter-kit';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

async function ticket({ graphql, token }) {
  const query = 'mutation { createSocketTicket { socketTicket { secret } } }';
  const response = await fetch(graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()).data.createSocketTicket.socketTicket.secret;
}

globalThis.taiwa = {
  async start(where) {
    const document_ = new Y.Doc();
    // Another tab of the same browser must not be the way on which words travel.
    const provider = new WebsocketProvider(where.sockets, where.minutes, document_, {
      disableBc: true,
      protocols: ['taiwa', `ticket.${await ticket(where)}`],
    });
    await new Promise((resolve) => provider.once('sync', resolve));
    new Editor({
      element: document.querySelector('main'),
      extensions: [
        StarterKit.configure({ undoRedo: false }),
        Collaboration.configure({ document: document_, field: 'default' }),
      ],
    });
  },
  // When the page first showed a word, by the clock that all pages of a machine share.
  seen(word) {
    const shown = () => document.querySelector('main').innerText.includes(word);
    return new Promise((resolve) => {
      const look = () => {
        if (!shown()) return false;
        resolve(performance.timeOrigin + performance.now());
        return true;
      };
      if (look()) return;
      const observer = new MutationObserver(() => look() && observer.disconnect());
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    });
  },
  now: () => performance.timeOrigin + performance.now(),
};
