// What every script shares: a native client's loopback listener, and the talk with the test that runs it.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export function say(event, facts = {}) {
  console.log(JSON.stringify({ event, ...facts }));
}

/** The next thing the test says. */
export async function heard() {
  return (await words.next()).value;
}

export async function hear(word) {
  const value = await heard();
  if (value !== word) {
    throw new Error(`Waited for "${word}", heard "${value}".`);
  }
}

/** Listens on a free loopback port (RFC 8252 §7.3) for the one answer. */
export async function listen() {
  const server = createServer();
  const answer = new Promise(resolve => {
    server.on('request', (request, response) => {
      response.end('You may close this page.');
      const url = new URL(request.url, `http://${request.headers.host}`);
      if (url.pathname === '/callback') {
        resolve(url);
      }
    });
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  const redirectUri = `http://127.0.0.1:${server.address().port}/callback`;
  return { redirectUri, answer, close: () => { server.closeAllConnections(); server.close(); } };
}

export function claimsIn(jwt) {
  return JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
}

export function textOf(result) {
  return result.content.map(part => part.text).join('\n');
}
