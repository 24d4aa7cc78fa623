// A demo server that can be killed and started again on its data, and ways to ask it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Waits for a promise, but not for ever. */
export function once(begin, what) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`never came: ${what}`)), 60_000);
    begin((value) => {
      clearTimeout(late);
      resolve(value);
    });
  });
}

export class Server {
  constructor(binary, data, port) {
    Object.assign(this, { binary, data, port, url: `http://127.0.0.1:${port}/graphql` });
  }

  async start() {
    const { binary, data, port } = this;
    const args = ['demo', '--data', data, '--port', String(port), '--json'];
    this.process = spawn(binary, args, { stdio: 'ignore' });
    const ended = new Promise((_, reject) => {
      this.process.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    ended.catch(() => {});
    await Promise.race([ended, this.healthy()]);
  }

  async healthy() {
    for (let tries = 0; tries < 600; tries += 1) {
      const answer = await fetch(this.url.replace('/graphql', '/health')).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    throw new Error('the server is not healthy');
  }

  async demo() {
    return JSON.parse(await readFile(`${this.data}/demo.json`, 'utf8'));
  }

  /** Ends it at once, as a power cut would. */
  async kill() {
    const { process } = this;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const gone = new Promise((resolve) => { process.once('exit', resolve); });
    process.kill('SIGKILL');
    await gone;
  }
}

/** Asks in somebody's name. */
export function asker(server, token) {
  return async (query, variables = {}) => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = await response.json();
    assert.ok(!answer.errors, JSON.stringify(answer));
    return answer.data;
  };
}
