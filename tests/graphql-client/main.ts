// Sends README's first query with a generated, typed client to the demo: main.js demo.json
import { readFile } from 'node:fs/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { FirstQuery, role } from './generated/first-query.js';

interface Demo {
  url: string;
  personas: { name: string; role: string; token: string }[];
}

interface Answer<Result> {
  data?: Result | null;
  errors?: { message: string }[];
}

async function send<Result, Variables>(
  url: string,
  token: string,
  document: TypedDocumentNode<Result, Variables>,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: print(document) }),
  });
  const answer = (await response.json()) as Answer<Result>;
  if (answer.errors || answer.data == null) {
    throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  }
  return answer.data;
}

const [, , path] = process.argv;
if (path === undefined) throw new Error('usage: main.js path/to/demo.json');
const demo = JSON.parse(await readFile(path, 'utf8')) as Demo;
const wanted = role?.toLowerCase();
const persona = demo.personas.find(
  (one) => wanted === undefined || one.role.toLowerCase() === wanted,
);
if (persona === undefined) throw new Error(`demo.json has no persona ${wanted ?? ''}`);
const result = await send(demo.url, persona.token, FirstQuery);
console.log(`${persona.name} (${persona.role}) got ${JSON.stringify(result)}`);
