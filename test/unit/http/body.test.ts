// The buffer of a large body: it stops the socket in time, and gives everything in order.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { BODY_BUFFER_BYTES, BodyStream } from '../../../src/http/body.js';
import { Client } from '../../../src/http/client.js';
import { exchange } from '../../../src/http/exchange.js';
import { errorOf, fakeFlow } from '../../support/flow.js';
import { rawAnswer, rawServer } from '../../support/servers/raw-server.js';
import { collect } from '../../support/streams.js';
import { turns, until } from '../../support/waiting.js';

test('gives the pieces in order and then ends', async () => {
  const stream = new BodyStream(fakeFlow());
  for (const text of ['a', 'b', 'c']) stream.push(Buffer.from(text));
  const reading = collect(stream);
  await turns(2);
  stream.push(Buffer.from('d'));
  stream.end();
  assert.equal(Buffer.concat(await reading).toString(), 'abcd');
});

test('pauses when more waits than its buffer may hold, and resumes when it is empty', async () => {
  const flow = fakeFlow();
  const stream = new BodyStream(flow);
  const piece = Buffer.alloc(BODY_BUFFER_BYTES / 4);
  for (let index = 0; index < 4; index++) stream.push(piece);
  assert.equal(flow.isPaused, false);
  stream.push(piece);
  assert.equal(flow.isPaused, true);
  const iterator = stream[Symbol.asyncIterator]();
  for (let index = 0; index < 5; index++) {
    await iterator.next();
    assert.equal(flow.isPaused, true, 'the reader still has pieces to take');
  }
  const next = iterator.next();
  await turns(1);
  assert.equal(flow.isPaused, false);
  stream.end();
  assert.equal((await next).done, true);
});

test('what comes while it resumes is not lost', async () => {
  const flow = fakeFlow();
  const stream = new BodyStream(flow);
  let left = 1_000;
  // A parser that is resumed delivers what it has from within that very call.
  flow.onResume = () => {
    if (left-- > 0) stream.push(Buffer.from('x'));
    else stream.end();
  };
  assert.equal((await collect(stream)).length, 1_000);
});

test('an error comes after the pieces that arrived before it', async () => {
  const stream = new BodyStream(fakeFlow());
  stream.push(Buffer.from('a'));
  stream.end(new TransferError('ERR_TRUNCATED', 'cut'));
  const seen: string[] = [];
  const error = await errorOf(async () => {
    for await (const piece of stream) seen.push(piece.toString());
  });
  assert.deepEqual([seen, error.code], [['a'], 'ERR_TRUNCATED']);
});

test('an abort reaches the connection, but not one whose body has ended', () => {
  const flow = fakeFlow();
  const stream = new BodyStream(flow);
  const reason = new TransferError('ERR_DISK', 'full');
  stream.abort(reason);
  assert.deepEqual(flow.aborts, [reason]);
  stream.end();
  stream.abort(reason);
  assert.equal(flow.aborts.length, 1);
});

test('a reader that does not read stops the socket', async (t) => {
  const total = 64 * 1024 * 1024;
  let writtenBytes = 0;
  const { origin } = await rawServer(t, (socket) => {
    const piece = Buffer.alloc(64 * 1024);
    const pour = () => {
      while (writtenBytes < total && !socket.destroyed) {
        writtenBytes += piece.length;
        if (!socket.write(piece)) return;
      }
    };
    socket.write(rawAnswer(['HTTP/1.1 200 OK', `Content-Length: ${total}`]));
    socket.on('drain', pour);
    pour();
  });
  const client = new Client({ origin, connections: 1, timeoutMs: 60_000 });
  t.after(() => client.destroy());
  const { stream } = await exchange(client, { path: '/x', headers: {}, what: 'GET /x' });
  // The kernel's buffers take some megabytes; then nothing moves any more.
  let before = -1;
  await until(() => writtenBytes > 0, 'the first bytes');
  while (before !== writtenBytes) {
    before = writtenBytes;
    await turns(500);
  }
  assert.ok(writtenBytes < total / 2, `${writtenBytes} bytes were taken from a reader that does not read`);
  let receivedBytes = 0;
  for await (const piece of stream!) receivedBytes += piece.length;
  assert.equal(receivedBytes, total);
});

test('memory is used again, but only its own', async () => {
  // Small buffers share memory with others, and which size that has depends on the release of Node.
  const shared = Buffer.from('shared');
  const flow = fakeFlow();
  const stream = new BodyStream(flow);
  let left = 300;
  flow.onResume = () => {
    if (left-- > 0) stream.push(Buffer.alloc(left % 2 === 0 ? 64 * 1024 : 100, left));
    else stream.end();
  };
  const memories = new Set<ArrayBufferLike>();
  for await (const piece of stream) {
    assert.ok(piece.every((byte) => byte === piece[0]));
    if (piece.length > 1_000) memories.add(piece.buffer);
  }
  assert.equal(memories.size, 1);
  assert.equal(shared.toString(), 'shared');
  assert.ok(Buffer.allocUnsafe(100).buffer !== [...memories][0]);
});
