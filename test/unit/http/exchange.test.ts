// One request and its answer against the real fake server: bodies, errors, and connections that are used again.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { Client } from '../../../src/http/client.js';
import { type ExchangeRequest, exchange } from '../../../src/http/exchange.js';
import { WHOLE_BODY_BYTES } from '../../../src/model/whole-body.js';
import { type MemoryContent, memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { sizedObject } from '../../fakes/buckets/procedural-body.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import type { Fault } from '../../fakes/wire/fault-script.js';
import { collect } from '../../support/streams.js';
import { rejection, until } from '../../support/waiting.js';

async function start(t: TestContext, contents: Record<string, MemoryContent>, faults: Fault[] = []) {
  const server = await startUpyunServer({ buckets: { pics: memoryBucket(contents) }, faults });
  const client = new Client({ origin: server.cdn('pics'), connections: 1, timeoutMs: 10_000 });
  t.after(() => client.destroy());
  t.after(() => server.close());
  const get = (path: string, more: Partial<ExchangeRequest> = {}) =>
    exchange(client, { path, headers: {}, what: `GET ${path}`, ...more });
  return { server, get };
}

test('a small body is complete and owns its memory', async (t) => {
  const { get } = await start(t, { 'a.txt': 'hello', 'empty.txt': '' });
  const { status, headers, bytes, stream } = await get('/a.txt');
  assert.deepEqual(
    [status, headers['content-length'], Buffer.from(bytes!).toString(), stream],
    [200, '5', 'hello', undefined],
  );
  assert.equal(bytes!.buffer.byteLength, 5);
  const empty = await get('/empty.txt');
  assert.deepEqual([empty.bytes?.length, empty.stream], [0, undefined]);
});

test('a body up to the limit is collected, a larger one flows', async (t) => {
  const { get } = await start(t, {
    'fits.bin': { body: sizedObject(WHOLE_BODY_BYTES) },
    'flows.bin': { body: sizedObject(WHOLE_BODY_BYTES + 1) },
  });
  assert.equal((await get('/fits.bin')).bytes?.length, WHOLE_BODY_BYTES);
  const { stream, headers } = await get('/flows.bin');
  const md5 = createHash('md5');
  let size = 0;
  for await (const piece of stream!) {
    md5.update(piece);
    size += piece.length;
  }
  assert.equal(size, WHOLE_BODY_BYTES + 1);
  assert.equal(`"${md5.digest('hex')}"`, headers.etag);
});

test('a body without a length flows, unless it is to be collected', async (t) => {
  const { server, get } = await start(t, { 'a.txt': 'hello' });
  server.object.chunked = true;
  const { stream } = await get('/a.txt');
  assert.equal(Buffer.concat(await collect(stream!)).toString(), 'hello');
  const { bytes } = await get('/a.txt', { collectLimitBytes: 100 });
  assert.equal(Buffer.from(bytes!).toString(), 'hello');
});

test('what is to be collected must not be longer than its limit', async (t) => {
  const { server, get } = await start(t, { 'a.txt': 'x'.repeat(100_000) });
  for (const chunked of [false, true]) {
    server.object.chunked = chunked;
    const error = await rejection<TransferError>(get('/a.txt', { collectLimitBytes: 1_000 }));
    assert.equal(error.code, 'ERR_PROTOCOL');
  }
});

test('an error of any status is an answer, with its body', async (t) => {
  const { get } = await start(t, {}, [{ match: { key: 'busy' }, action: { status: 503 } }]);
  const missing = await get('/missing.txt');
  assert.equal(missing.status, 404);
  assert.equal(JSON.parse(Buffer.from(missing.bytes!).toString()).code, '40400001');
  assert.equal((await get('/busy')).status, 503);
});

test('error bodies are drained, so that one connection serves them all', async (t) => {
  const { server, get } = await start(t, { 'a.txt': 'hello' }, [
    { match: { key: 'html' }, action: { status: { status: 502, body: 'html' } } },
    { match: { key: 'empty' }, action: { status: { status: 500, body: 'empty' } } },
    { match: { key: 'busy' }, action: { status: 429 } },
  ]);
  const statuses: number[] = [];
  for (const path of ['/html', '/missing', '/empty', '/busy', '/a.txt', '/html', '/a.txt']) {
    statuses.push((await get(path)).status);
  }
  assert.deepEqual(statuses, [502, 404, 500, 429, 200, 502, 200]);
  assert.equal(server.counters.connections, 1);
});

test('a large body that is read to its end leaves the connection usable', async (t) => {
  const { server, get } = await start(t, { 'large.bin': { body: sizedObject(3_000_000) } });
  for (let round = 0; round < 3; round++) await collect((await get('/large.bin')).stream!);
  assert.equal(server.counters.connections, 1);
});

test('inspect sees the headers before the body and can refuse it', async (t) => {
  const { server, get } = await start(t, { 'large.bin': { body: sizedObject(50_000_000) } });
  const refusal = new TransferError('ERR_SIZE', 'not that one');
  const inspect = () => {
    throw refusal;
  };
  assert.equal(await rejection(get('/large.bin', { inspect })), refusal);
  await until(() => server.counters.active === 0, 'the request to be over');
  assert.ok(server.counters.bytesSent < 50_000_000);
});

test('inspect is not asked about an error', async (t) => {
  const { get } = await start(t, {});
  const { status } = await get('/missing', { inspect: () => assert.fail('there is no object to inspect') });
  assert.equal(status, 404);
});

test('a body that is given up closes its connection, and the next request gets a new one', async (t) => {
  const { server, get } = await start(t, { 'large.bin': { body: sizedObject(50_000_000) }, 'a.txt': 'hello' });
  const { stream } = await get('/large.bin');
  const reason = new TransferError('ERR_DISK', 'the disk refused');
  const reading = collect(stream!);
  stream!.abort(reason);
  assert.equal(await rejection(reading), reason);
  assert.equal((await get('/a.txt')).status, 200);
  assert.equal(server.counters.connections, 2);
});
