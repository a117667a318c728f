// A server that closes a connection which it had served before, instead of an answer: the request is sent again on a new one,
// as if nothing had happened. On a new connection, or once anything has come, it is a failure as ever.

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { TransferError } from '../../../../src/errors.js';
import { Client } from '../../../../src/http/client.js';
import { type ExchangeRequest, exchange } from '../../../../src/http/exchange.js';
import { Reuse } from '../../../../src/lib/http1/reuse.js';
import { rawAnswer, rawServer } from '../../../support/servers/raw-server.js';
import { CERTIFICATE, KEY } from '../../../support/servers/tls.js';
import { rejection } from '../../../support/waiting.js';

const OK = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 4'], 'body');

type End = (socket: Socket) => void;
const ENDS: Record<string, End> = {
  'the connection ends': (socket) => socket.end(),
  'the connection is reset': (socket) => socket.resetAndDestroy(),
  'the connection is destroyed': (socket) => socket.destroy(),
};

/** Answers the first request of each connection, and closes it like this instead of the second answer. */
async function closing(t: TestContext, end: End, { connections = 1, timeoutMs = 10_000 } = {}) {
  const served = new WeakSet<Socket>();
  const seen = { drops: 0, requests: 0 };
  const server = await rawServer(t, (socket) => {
    seen.requests++;
    if (served.has(socket)) {
      seen.drops++;
      end(socket);
      return;
    }
    served.add(socket);
    socket.write(OK);
  });
  const client = new Client({ origin: server.origin, connections, timeoutMs });
  t.after(() => client.destroy());
  const get = (more: Partial<ExchangeRequest> = {}) =>
    exchange(client, { path: '/x', headers: {}, what: 'GET /x', ...more });
  return { server, seen, get };
}

for (const [name, end] of Object.entries(ENDS)) {
  test(`${name} instead of the second answer: each request is answered, and soon none is sent in vain`, async (t) => {
    const { server, seen, get } = await closing(t, end);
    for (let count = 0; count < 60; count++) {
      assert.equal(Buffer.from((await get()).bytes!).toString(), 'body');
    }
    assert.equal(seen.drops, 3, 'then it is known');
    assert.equal(server.connections, 60);
  });
}

test('HEAD and a streamed part of a body are sent again, too', async (t) => {
  const { seen, get } = await closing(t, ENDS['the connection is reset']!);
  await get();
  await get({ method: 'HEAD' }).catch(() => assert.fail('HEAD'));
  const { stream } = await get({ isStreamed: true, headers: { range: 'bytes=0-' } });
  for await (const piece of stream!) assert.equal(piece.toString(), 'body');
  assert.ok(seen.drops > 0);
});

test('a last chunk after the answer to HEAD is not read as the beginning of the next answer', async (t) => {
  const chunked = rawAnswer(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked']);
  const server = await rawServer(t, (socket, number) => {
    // The chunk arrives with the next answer, which is the order of a slow network.
    socket.write(number === 1 ? chunked : `0\r\n\r\n`.repeat(server.connections === 1 ? 1 : 0) + OK);
  });
  const client = new Client({ origin: server.origin, connections: 1, timeoutMs: 10_000 });
  t.after(() => client.destroy());
  await exchange(client, { path: '/', method: 'HEAD', headers: {}, what: 'HEAD /' });
  const { bytes } = await exchange(client, { path: '/x', headers: {}, what: 'GET /x' });
  assert.equal(Buffer.from(bytes!).toString(), 'body');
});

test('many at once: all are answered, over no more connections than allowed', async (t) => {
  const { seen, get } = await closing(t, ENDS['the connection is reset']!, { connections: 8 });
  const answers = await Promise.all(Array.from({ length: 300 }, () => get()));
  assert.equal(answers.length, 300);
  assert.ok(seen.drops <= 8 + 3, `${seen.drops} in vain`);
});

test('a new connection that is closed without an answer is a failure, at once', async (t) => {
  let requests = 0;
  const server = await rawServer(t, (socket) => {
    requests++;
    socket.destroy();
  });
  const client = new Client({ origin: server.origin, connections: 1, timeoutMs: 10_000 });
  t.after(() => client.destroy());
  const error = await rejection(exchange(client, { path: '/x', headers: {}, what: 'GET /x' }));
  assert.equal((error as TransferError).code, 'ERR_NETWORK');
  assert.equal(requests, 1);
});

test('the new connection, too, is closed without an answer: a failure, after two', async (t) => {
  const server = await rawServer(t, (socket, number) => {
    if (number === 1) socket.write(OK);
    else socket.destroy();
  });
  const client = new Client({ origin: server.origin, connections: 1, timeoutMs: 10_000 });
  t.after(() => client.destroy());
  const get = () => exchange(client, { path: '/x', headers: {}, what: 'GET /x' });
  await get();
  assert.equal(((await rejection(get())) as TransferError).code, 'ERR_NETWORK');
  assert.equal(server.connections, 2);
});

test('once anything of an answer has come it is a failure; so is silence', { timeout: 20_000 }, async (t) => {
  const PARTS: Record<string, [string, string]> = {
    'a byte': ['H', 'ERR_NETWORK'],
    'an interim answer': ['HTTP/1.1 103 Early Hints\r\n\r\n', 'ERR_NETWORK'],
    'a part of a body': [rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 9'], 'body'), 'ERR_TRUNCATED'],
  };
  for (const [name, [part, code]] of Object.entries(PARTS)) {
    const { server, get } = await closing(t, (socket) => void socket.end(part));
    await get();
    assert.equal(((await rejection(get())) as TransferError).code, code, name);
    assert.equal(server.connections, 1, name);
  }
  const silent = await closing(t, () => {}, { timeoutMs: 2_000 });
  await silent.get();
  assert.equal(((await rejection(silent.get())) as TransferError).code, 'ERR_TIMEOUT');
  assert.equal(silent.server.connections, 1);
});

test('the same over TLS', async (t) => {
  let drops = 0;
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(OK);
      socket.once('data', () => {
        drops++;
        socket.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const client = new Client({
    origin: `https://127.0.0.1:${port}`,
    connections: 1,
    timeoutMs: 10_000,
    ca: CERTIFICATE,
  });
  t.after(() => client.destroy());
  for (let count = 0; count < 12; count++) {
    await exchange(client, { path: '/x', headers: {}, what: 'GET /x' });
  }
  assert.equal(drops, 3);
});

test('what is not worth while is tried again, ever more seldom, and goes on once it works', () => {
  const reuse = new Reuse();
  const drop = (times: number) => {
    for (let count = 0; count < times; count++) reuse.dropped();
  };
  drop(2);
  assert.equal(reuse.isWorthIt, true);
  reuse.answered(true);
  drop(2);
  assert.equal(reuse.isWorthIt, true, 'an answer in between: those in a row count');
  drop(1);
  for (const rest of [100, 200, 400]) {
    for (let count = 0; count < rest; count++) {
      assert.equal(reuse.isWorthIt, false);
      reuse.answered(false);
    }
    assert.equal(reuse.isWorthIt, true);
    drop(1);
  }
  while (!reuse.isWorthIt) reuse.answered(false);
  reuse.answered(true);
  drop(2);
  assert.equal(reuse.isWorthIt, true);
});
