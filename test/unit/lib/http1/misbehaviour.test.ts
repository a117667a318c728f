// Servers that break the protocol: each ends the exchange with an error of the right class, and none hangs.

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { Client } from '../../../../src/http/client.js';
import { type ExchangeRequest, exchange } from '../../../../src/http/exchange.js';
import { rawAnswer, rawServer } from '../../../support/servers/raw-server.js';
import { collect } from '../../../support/streams.js';
import { rejection } from '../../../support/waiting.js';

const IMPATIENT_MS = 300;

async function ask(
  t: TestContext,
  answer: (socket: Socket, number: number) => void,
  { timeoutMs = 10_000, ...more }: Partial<ExchangeRequest> & { timeoutMs?: number } = {},
) {
  const server = await rawServer(t, answer);
  const client = new Client({ origin: server.origin, connections: 1, timeoutMs });
  t.after(() => client.destroy());
  const get = () => exchange(client, { path: '/x', headers: {}, what: 'GET /x', ...more });
  return { server, get };
}

async function codeOf(t: TestContext, answer: (socket: Socket) => void, timeoutMs?: number): Promise<string> {
  const { get } = await ask(t, answer, { ...(timeoutMs !== undefined && { timeoutMs }) });
  const error = await rejection<TransferError>(get());
  assert.match(error.message, /^GET \/x: /);
  assert.equal(error.verdict, 'retry');
  return error.code;
}

const OK_100 = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 100']);

test('no answer at all is a timeout', { timeout: 20_000 }, async (t) => {
  assert.equal(await codeOf(t, () => {}, IMPATIENT_MS), 'ERR_TIMEOUT');
});

test('headers and then silence is a timeout', { timeout: 20_000 }, async (t) => {
  assert.equal(await codeOf(t, (socket) => socket.write(OK_100), IMPATIENT_MS), 'ERR_TIMEOUT');
});

test('half a body and then silence is a timeout', { timeout: 20_000 }, async (t) => {
  assert.equal(await codeOf(t, (socket) => socket.write(`${OK_100}half`), IMPATIENT_MS), 'ERR_TIMEOUT');
});

test('a connection closed in place of an answer is a network error', async (t) => {
  assert.equal(await codeOf(t, (socket) => socket.end()), 'ERR_NETWORK');
  assert.equal(await codeOf(t, (socket) => socket.resetAndDestroy()), 'ERR_NETWORK');
});

test('half a body and then an orderly end is a truncated body', async (t) => {
  assert.equal(await codeOf(t, (socket) => socket.end(`${OK_100}half`)), 'ERR_TRUNCATED');
});

test('half a body and then a reset is a failed transfer', async (t) => {
  const code = await codeOf(t, (socket) => socket.write(`${OK_100}half`, () => socket.resetAndDestroy()));
  assert.ok(['ERR_NETWORK', 'ERR_TRUNCATED'].includes(code), code);
});

test('a large body that breaks off fails in the hands of its reader', async (t) => {
  const head = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 5000000']);
  for (const [how, codes] of [
    ['end', ['ERR_TRUNCATED']],
    ['resetAndDestroy', ['ERR_NETWORK', 'ERR_TRUNCATED']],
  ] as const) {
    const { get } = await ask(t, (socket) => {
      socket.write(`${head}${'x'.repeat(100_000)}`, () => socket[how]());
    });
    const { stream } = await get();
    const error = await rejection<TransferError>(collect(stream!));
    assert.ok((codes as readonly string[]).includes(error.code), error.code);
  }
});

test('a large body that stops is a timeout in the hands of its reader', { timeout: 20_000 }, async (t) => {
  const head = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 5000000']);
  const { get } = await ask(t, (socket) => socket.write(`${head}some`), { timeoutMs: IMPATIENT_MS });
  const { stream } = await get();
  assert.equal((await rejection<TransferError>(collect(stream!))).code, 'ERR_TIMEOUT');
});

/** Sends a byte now and then, until the other side has enough. */
function trickle(socket: Socket, everyMs: number): void {
  const timer = setInterval(() => socket.write('x'), everyMs);
  socket.once('close', () => clearInterval(timer));
}

test('a body that comes byte by byte is a timeout, whole or in the hands of its reader', {
  timeout: 20_000,
}, async (t) => {
  for (const length of [100_000, 5_000_000]) {
    const head = rawAnswer(['HTTP/1.1 200 OK', `Content-Length: ${length}`]);
    const { get } = await ask(
      t,
      (socket) => {
        socket.write(head);
        trickle(socket, IMPATIENT_MS / 10);
      },
      { timeoutMs: IMPATIENT_MS },
    );
    const reply = get();
    const failed = length > 1_000_000 ? reply.then(({ stream }) => collect(stream!)) : reply;
    const { code, message } = await rejection<TransferError>(failed);
    assert.deepEqual([code, /less than 1024 bytes\/s/.test(message)], ['ERR_TIMEOUT', true], message);
  }
});

test('headers that come byte by byte are a timeout', { timeout: 20_000 }, async (t) => {
  const answer = (socket: Socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
    trickle(socket, IMPATIENT_MS / 10);
  };
  assert.equal(await codeOf(t, answer, IMPATIENT_MS), 'ERR_TIMEOUT');
});

test('a chunked body that is cut is a failed transfer, however it is read', async (t) => {
  const head = rawAnswer(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked']);
  const answer = (socket: Socket) => socket.end(`${head}4\r\nhalf\r\n`);
  const collected = await ask(t, answer, { collectLimitBytes: 1_000 });
  assert.equal((await rejection<TransferError>(collected.get())).code, 'ERR_TRUNCATED');
  const flowing = await ask(t, answer);
  const { stream } = await flowing.get();
  assert.equal((await rejection<TransferError>(collect(stream!))).code, 'ERR_TRUNCATED');
});

test('bytes after the promised length do no harm, neither now nor to the next request', async (t) => {
  const body = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 5'], 'hello and more');
  const { get } = await ask(t, (socket) => socket.write(body));
  for (let round = 0; round < 3; round++) {
    // The rest can reach the parser before or after the next request is sent; a retry then gets the right bytes.
    const bytes = await get().then(
      (reply) => Buffer.from(reply.bytes!).toString(),
      (error: TransferError) => error.verdict,
    );
    assert.ok(bytes === 'hello' || bytes === 'retry', bytes);
  }
});

test('what is not HTTP is a protocol error', async (t) => {
  for (const garbage of ['SSH-2.0-OpenSSH_9.0\r\n\r\n', '\0\x01\x02\x03', 'HTTP/1.1 abc\r\n\r\n']) {
    assert.equal(await codeOf(t, (socket) => socket.end(garbage)), 'ERR_PROTOCOL', JSON.stringify(garbage));
  }
});

test('an early hint before the answer is passed over', async (t) => {
  const hint = rawAnswer(['HTTP/1.1 103 Early Hints', 'Link: </a>']);
  const { get } = await ask(t, (socket) =>
    socket.write(`${hint}${rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 2'], 'ok')}`),
  );
  const { status, bytes } = await get();
  assert.deepEqual([status, Buffer.from(bytes!).toString()], [200, 'ok']);
});

test('an unasked 100 before the answer ends in an answer or in a retry, never in a hang', {
  timeout: 20_000,
}, async (t) => {
  const ok = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 2'], 'ok');
  const { get } = await ask(t, (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${ok}`));
  const end = await get().then(
    ({ status }) => status,
    (error: TransferError) => error.verdict,
  );
  assert.ok(end === 200 || end === 'retry', String(end));
});

test('an endless error page is cut, and its status still counts', { timeout: 20_000 }, async (t) => {
  const head = rawAnswer(['HTTP/1.1 404 Not Found', 'Content-Length: 10000000']);
  let socketClosed: Promise<void> | undefined;
  const { get } = await ask(t, (socket) => {
    socketClosed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.write(head);
    const pour = () => {
      while (!socket.destroyed && socket.write('x'.repeat(16_384)));
    };
    socket.on('drain', pour);
    pour();
  });
  const end = await get().then(
    ({ status }) => status,
    (error: TransferError) => error.status ?? error.code,
  );
  await socketClosed;
  assert.equal(end, 404);
});

test('a refused connection is a network error that names the request', async (t) => {
  const server = await rawServer(t, () => {});
  const client = new Client({ origin: 'http://127.0.0.1:1', connections: 1, timeoutMs: 10_000 });
  t.after(() => client.destroy());
  assert.ok(server.origin);
  const error = await rejection<TransferError>(exchange(client, { path: '/x', headers: {}, what: 'GET /x' }));
  assert.deepEqual([error.code, /ECONNREFUSED/.test(error.message)], ['ERR_UNREACHABLE', true]);
});

test('a client that is destroyed ends what is in flight', { timeout: 20_000 }, async (t) => {
  const { origin } = await rawServer(t, (socket) => socket.write(OK_100));
  const client = new Client({ origin, connections: 1, timeoutMs: 60_000 });
  const pending = rejection<TransferError>(exchange(client, { path: '/x', headers: {}, what: 'GET /x' }));
  await client.destroy();
  assert.equal((await pending).verdict, 'retry');
});
