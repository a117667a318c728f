// The second half in one process against the fake server: every object settled, every batch acknowledged once, and no end that hangs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { consume } from '../../../pipelines/consume.js';
import { TransferError } from '../../../src/errors.js';
import { summarise } from '../../../src/events/stats.js';
import type { Batch } from '../../../src/model/batch.js';
import { createFilter } from '../../../src/model/filter.js';
import { DEFAULT_MTIME_SECONDS } from '../../fakes/buckets/memory-bucket.js';
import { sizedObject } from '../../fakes/buckets/procedural-body.js';
import { batchOf } from '../../support/batches.js';
import { filesBelow, openFilesBelow, tempFiles } from '../../support/disks/files.js';
import { pacerOf } from '../../support/pacers.js';
import { acknowledged, equip } from '../../support/pipelines.js';
import { textOutput } from '../../support/streams.js';
import { activeTimers, deferred, rejection, turns, until } from '../../support/waiting.js';

/** Objects that wait for a connection with all else that they need. */
const READY = 8;

const bucketOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index % 5}/k${index}`, `body ${index}`]));
const entriesIn = (bucket: Record<string, string>) =>
  Object.entries(bucket).map(([key, body]) => ({ key, size: body.length, mtimeMs: DEFAULT_MTIME_SECONDS * 1000 }));

async function* batchesOf(
  entries: { key: string; size?: number; mtimeMs?: number }[],
  size: number,
): AsyncGenerator<Batch> {
  for (let start = 0; start < entries.length; start += size) yield batchOf(entries.slice(start, start + size));
}

/** Batches, and then nothing for ever: an input that is held open. Ends only when it is released. */
function heldOpen(batches: Batch[]) {
  const gate = deferred();
  const given = acknowledged(
    (async function* () {
      yield* batches;
      await gate.promise;
    })(),
  );
  return { ...given, source: { ...given.source, leave: gate.resolve } };
}

test('stores every object byte for byte, and acknowledges every batch once', async (t) => {
  const bucket = bucketOf(300);
  const { root, stats, options, recorded } = await equip(t, bucket);
  const given = acknowledged(batchesOf(entriesIn(bucket), 7));
  await consume(given.source, options);
  for (const [key, body] of Object.entries(bucket)) assert.equal(readFileSync(join(root, key), 'utf8'), body);
  const { listed, stored, skipped, gone, failed } = summarise(stats);
  assert.deepEqual([listed, stored, skipped, gone, failed], [300, 300, 0, 0, 0]);
  assert.equal(given.acks.length, Math.ceil(300 / 7));
  assert.deepEqual([new Set(given.acks).size, given.released, recorded], [given.acks.length, 1, []]);
  assert.deepEqual(openFilesBelow(root) ?? [], []);
});

test('what is there is not asked for again; what was damaged is', async (t) => {
  const bucket = bucketOf(50);
  const { server, stats, options } = await equip(t, bucket);
  await consume(acknowledged(batchesOf(entriesIn(bucket), 10)).source, options);
  assert.equal(server.counters.get, 50);
  await options.sink.put({ key: 'd0/k0' }, Uint8Array.from([1]), -1);
  const second = acknowledged(batchesOf(entriesIn(bucket), 10));
  await consume(second.source, { ...options, pacer: pacerOf({ max: 8 }) });
  assert.deepEqual([server.counters.get, stats.stored, stats.skipped, second.acks.length], [51, 51, 49, 5]);
});

test('outcomes of every kind balance, and acknowledge mixed, filtered and empty batches', async (t) => {
  const bucket = bucketOf(20);
  const { server, stats, options, recorded, events } = await equip(t, bucket, {
    more: { filter: createFilter({ include: [], exclude: ['*.tmp'] }), names: 'refuse' },
  });
  server.faults.add({ match: { key: 'd1/k1' }, action: { status: 403 } });
  server.faults.add({ match: { key: 'd2/k2' }, action: { wrongBytes: true } });
  const batches = [
    batchOf([...entriesIn(bucket), { key: 'missing' }, { key: '../unsafe' }, { key: 'x.tmp' }]),
    batchOf([{ key: 'a.tmp' }]),
    batchOf([]),
    batchOf([], { badLines: [{ text: '{', reason: 'not valid JSON' }] }),
    batchOf([], {
      rejects: [{ entry: { key: 'd' }, error: new TransferError('ERR_LISTING', 'x'), kind: 'folder' as const }],
    }),
  ];
  const given = acknowledged(
    (async function* () {
      yield* batches;
    })(),
  );
  await consume(given.source, options);
  const { listed, stored, gone, failed, excluded } = summarise(stats);
  assert.deepEqual([listed, stored, gone, failed, excluded], [24, 18, 1, 5, 2]);
  assert.deepEqual(
    [...given.acks].sort((a, b) => a - b),
    batches.map(({ id }) => id),
  );
  assert.deepEqual(recorded.map((line) => JSON.parse(line).code).sort(), [
    'ERR_BAD_LINE',
    'ERR_DIGEST',
    'ERR_FORBIDDEN_OBJECT',
    'ERR_LISTING',
    'ERR_NOT_FOUND',
    'ERR_UNSAFE_KEY',
  ]);
  assert.equal(events.failures.length, 5);
});

test('an object that fails comes again until it is there, and its batch waits for it', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  const bucket = bucketOf(40);
  const { server, stats, options } = await equip(t, bucket, { retries: 3 });
  server.faults.add({ match: { kind: 'get' }, perKey: true, times: 2, action: { status: 502 } });
  const given = acknowledged(batchesOf(entriesIn(bucket), 8));
  await consume(given.source, options);
  assert.deepEqual([stats.stored, stats.retries, given.acks.length], [40, 80, 5]);
  // So many failures in a row may have made it ask whether the server works at all.
  const probes = server.counters.get - 120;
  assert.ok(probes >= 0 && probes <= 3, `${probes} probes`);
});

test('a fatal error ends it promptly, although the input is held open', { timeout: 20_000 }, async (t) => {
  const bucket = bucketOf(30);
  const { server, options, source, volumes, root } = await equip(t, bucket);
  server.faults.add({ match: { key: 'd4/k4' }, action: { status: 401 } });
  const error = await rejection<TransferError>(consume(heldOpen([batchOf(entriesIn(bucket))]).source, options));
  assert.deepEqual([error.code, error.verdict], ['ERR_AUTH', 'fatal']);
  await source.close();
  await volumes.close();
  assert.deepEqual(tempFiles(root), []);
});

test('a fatal error while the server asks to slow down leaves nobody waiting', { timeout: 20_000 }, async (t) => {
  const bucket = bucketOf(10);
  const { server, options, source } = await equip(t, bucket, { max: 2, retries: 5 });
  server.faults.add({ match: { key: 'd0/k0' }, action: { status: { status: 429, retryAfterSeconds: 60 } } });
  server.faults.add({ match: { key: 'd1/k1' }, action: { delayMs: 100, status: 401 } });
  const before = activeTimers();
  const error = await rejection<TransferError>(consume(heldOpen([batchOf(entriesIn(bucket))]).source, options));
  assert.equal(error.code, 'ERR_AUTH');
  await source.close();
  await turns();
  assert.deepEqual([server.counters.get, activeTimers()], [2, before]);
});

test('draining settles everything that entered, takes nothing new, and ends an input that is held open', {
  timeout: 20_000,
}, async (t) => {
  const bucket = bucketOf(50);
  const draining = new AbortController();
  const { server, stats, options } = await equip(t, bucket, { retries: 5, more: { draining: draining.signal } });
  server.faults.add({ match: { key: 'd0/k0' }, action: { status: 503 } });
  const entries = entriesIn(bucket);
  const held = heldOpen([batchOf(entries.slice(0, 25)), batchOf(entries.slice(25))]);
  // The reader of the input ends with the same signal.
  draining.signal.addEventListener('abort', () => held.source.leave());
  const done = consume(held.source, options);
  await until(() => stats.stored === 49 && stats.retries > 0, 'one that waits for another attempt');
  draining.abort();
  await done;
  assert.deepEqual([stats.listed, stats.settled, stats.stored, stats.failed], [50, 50, 49, 1]);
  assert.equal(held.acks.length, 2);
});

test('draining with requests in flight finishes them', { timeout: 20_000 }, async (t) => {
  const bucket = bucketOf(50);
  const draining = new AbortController();
  const { server, stats, options, root } = await equip(t, bucket, { more: { draining: draining.signal } });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 30 } });
  const done = consume(acknowledged(batchesOf(entriesIn(bucket), 10)).source, options);
  await until(() => server.counters.activeGets === 8, 'requests in flight');
  draining.abort();
  await done;
  assert.ok(stats.stored >= 8 && stats.stored < 50);
  assert.equal(stats.listed, stats.settled);
  assert.equal(filesBelow(root).length, stats.stored);
});

test('an abort with requests in flight ends it, and leaves no temp file', { timeout: 20_000 }, async (t) => {
  const controller = new AbortController();
  const contents = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`large${index}`, { body: sizedObject(4_000_000) }]),
  );
  const { server, source, volumes, root, options } = await equip(t, contents, { more: { signal: controller.signal } });
  server.faults.add({ match: { kind: 'get' }, action: { stallAfterBytes: 2_500_000 } });
  const batches = [batchOf(Object.keys(contents).map((key) => ({ key, size: 4_000_000 })))];
  const done = rejection(consume(heldOpen(batches).source, options));
  await until(() => tempFiles(root).length === 8, 'files under way');
  assert.equal(server.counters.activeGets, 8);
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  await source.close();
  await volumes.close();
  assert.deepEqual([filesBelow(root), openFilesBelow(root) ?? []], [[], []]);
});

test('a dry run prints what would be fetched, and neither asks nor writes', async (t) => {
  const bucket = bucketOf(30);
  const output = textOutput();
  const { server, root, stats, options } = await equip(t, bucket, { more: { announceTo: output.stream } });
  await options.sink.put({ key: 'd0/k0', mtimeMs: Date.now() }, Uint8Array.from(Buffer.from('body 0')), -1);
  await consume(acknowledged(batchesOf(entriesIn(bucket), 10)).source, options);
  await turns(2);
  assert.deepEqual([output.lines.length, stats.wouldStore, stats.skipped, server.counters.get], [29, 29, 30, 0]);
  assert.deepEqual(filesBelow(root), ['d0/k0']);
});

test('requests and memory stay within their bounds while the batches keep coming', { timeout: 30_000 }, async (t) => {
  const bucket = bucketOf(600);
  const { server, options } = await equip(t, bucket, {
    max: 3,
    source: { connections: { objects: { max: 3 }, lists: { max: 4 }, total: 7 } },
  });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 1 } });
  let taken = 0;
  const gate = deferred();
  const store = options.sink.put;
  const stalled = {
    ...options.sink,
    put: (...args: Parameters<typeof store>) => gate.promise.then(() => store(...args)),
  };
  async function* batches() {
    for await (const batch of batchesOf(entriesIn(bucket), 10)) {
      taken++;
      yield batch;
    }
  }
  const done = consume(acknowledged(batches()).source, { ...options, sink: stalled });
  await until(() => server.counters.get > 0, 'the first request');
  await until(() => server.counters.active === 0, 'quiet');
  await turns(200);
  assert.ok(server.counters.get <= 3 * 5 + READY, `${server.counters.get} requests while nothing was written`);
  assert.ok(taken <= 10, `${taken} batches were taken while nothing was written`);
  gate.resolve();
  await done;
  assert.deepEqual([server.counters.get, server.counters.peakActiveGets], [600, 3]);
});
