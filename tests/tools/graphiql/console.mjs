// The page that `GET /` serves: GraphiQL against the server it came from, and nothing else.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/graphiql.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

// A link may bring a token behind the '#', which browsers never send to a server: `/#token=…`.
const fragment = new URLSearchParams(location.hash.slice(1));
const token = fragment.get('token');
if (token !== null) history.replaceState(null, '', location.pathname + location.search);

const japanese = navigator.language.startsWith('ja');
const welcome = japanese
  ? `# Taiwa の GraphQL コンソールです。
#
# 左下の「Headers」にアクセストークンを入れてください:
#   { "Authorization": "Bearer …" }
#
# Ctrl-Enter で実行、Ctrl-Space で補完、左上の本のアイコンでスキーマを閲覧できます。

{
  __typename
}
`
  : `# The GraphQL console of Taiwa.
#
# Put your access token into "Headers" at the bottom left:
#   { "Authorization": "Bearer …" }
#
# Ctrl-Enter runs, Ctrl-Space completes, the book at the top left shows the schema.

{
  __typename
}
`;

const headers = JSON.stringify({ Authorization: `Bearer ${token ?? ''}` }, null, 2);
const fetcher = createGraphiQLFetcher({
  url: new URL('graphql', location.href).href,
  // A header without a token would be refused; without the header one is the anonymous caller.
  fetch: (url, options) => {
    const sent = new Headers(options.headers);
    if (/^bearer\s*$/i.test(sent.get('authorization') ?? '')) sent.delete('authorization');
    return fetch(url, { ...options, headers: sent });
  },
});

createRoot(document.getElementById('console')).render(
  createElement(GraphiQL, {
    fetcher,
    defaultQuery: welcome,
    defaultHeaders: headers,
    // A token given by the link replaces what an earlier visit left in the editor.
    ...(token === null ? {} : { headers }),
    defaultEditorToolsVisibility: 'headers',
    // Tokens stay out of the browser's storage.
    shouldPersistHeaders: false,
  }),
);
