// Both halves in one process: the whole tree arrives, and every early end is prompt and clean.

import assert from 'node:assert/strict';
import test from 'node:test';
import { mirror as mirrorThrough } from '../../../pipelines/mirror.js';
import type { TransferError } from '../../../src/errors.js';
import { Limit } from '../../../src/lib/streams/limit.js';
import { MemoryQueue } from '../../../src/queue/memory-queue.js';
import { proceduralBucket } from '../../fakes/buckets/procedural-bucket.js';
import { filesBelow, openFilesBelow, tempFiles } from '../../support/disks/files.js';
import { equip } from '../../support/pipelines.js';
import { deferred, rejection, turns, until } from '../../support/waiting.js';

type Options = Omit<Parameters<typeof mirrorThrough>[0], 'queue' | 'stopTaking'>;

const mirror = (options: Options) =>
  mirrorThrough({ ...options, queue: new MemoryQueue({ limit: 20 }), stopTaking: options.draining });

const bucket = () => proceduralBucket({ directories: [3, 4], objectsPerDirectory: 20, sizes: 100 });

test('the tree of the bucket becomes the tree of the folder, and a second run asks for no object', async (t) => {
  const tree = bucket();
  const { server, root, stats, options } = await equip(t, tree, { source: { pageSize: 7 } });
  await mirror(options);
  assert.deepEqual(
    filesBelow(root),
    Array.from({ length: 240 }, (_, index) => tree.keyOf(index)),
  );
  assert.deepEqual([stats.found, stats.listed, stats.stored, stats.isListingDone], [240, 240, 240, true]);
  await mirror(options);
  assert.deepEqual([server.counters.get, stats.skipped], [240, 240]);
});

test('a folder that cannot be listed is a failure, and everything else arrives', async (t) => {
  const { server, stats, options, recorded } = await equip(t, bucket());
  server.faults.add({ match: { kind: 'list', directory: 'd1/d2' }, action: { status: 500 } });
  await mirror(options);
  assert.deepEqual([stats.stored, stats.failed], [220, 1]);
  const { key, type, code } = JSON.parse(recorded[0]!);
  assert.deepEqual([key, type, code], ['d1/d2', 'folder', 'ERR_LISTING']);
});

test('a failure of the listing ends both halves with its error', { timeout: 20_000 }, async (t) => {
  const { server, options } = await equip(t, bucket());
  server.faults.add({ match: { kind: 'list' }, action: { status: 401 } });
  assert.equal((await rejection<TransferError>(mirror(options))).code, 'ERR_AUTH');
});

test('a fatal error of the second half ends a listing that hangs', { timeout: 20_000 }, async (t) => {
  const { server, options } = await equip(t, bucket());
  server.faults.add({ match: { kind: 'list', directory: 'd2' }, action: { stallBeforeHeaders: true } });
  server.faults.add({ match: { kind: 'get' }, after: 10, action: { status: 401 } });
  assert.equal((await rejection<TransferError>(mirror(options))).code, 'ERR_AUTH');
});

test('an abort ends both halves while requests of both hang', { timeout: 20_000 }, async (t) => {
  const controller = new AbortController();
  const { server, source, volumes, root, options } = await equip(t, bucket(), { more: { signal: controller.signal } });
  server.faults.add({ match: { kind: 'list', directory: 'd2' }, action: { stallBeforeHeaders: true } });
  server.faults.add({ match: { kind: 'get' }, after: 10, action: { stallAfterBytes: 50 } });
  const done = rejection(mirror(options));
  await until(() => server.counters.activeLists > 0 && server.counters.activeGets === 8, 'requests that hang');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  await source.close();
  await volumes.close();
  assert.deepEqual([tempFiles(root), openFilesBelow(root) ?? []], [[], []]);
});

test('draining ends the listing, and settles what was taken', { timeout: 20_000 }, async (t) => {
  const draining = new AbortController();
  const { server, stats, options, root } = await equip(t, bucket(), { more: { draining: draining.signal } });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 10 } });
  server.faults.add({ match: { kind: 'list', directory: 'd2' }, action: { stallBeforeHeaders: true } });
  const done = mirror(options);
  await until(() => stats.stored > 10, 'some objects');
  draining.abort();
  await done;
  assert.equal(stats.listed, stats.settled);
  assert.equal(filesBelow(root).length, stats.stored);
  assert.equal(stats.isListingDone, false);
});

test('the limit ends the listing with exactly so many objects', { timeout: 20_000 }, async (t) => {
  const enough = new AbortController();
  const { server, stats, options } = await equip(t, bucket(), { source: { pageSize: 5 } });
  const walk = { ...options.walk, signal: enough.signal };
  await mirror({ ...options, walk, limit: new Limit(12, () => enough.abort()) });
  assert.deepEqual([stats.listed, stats.stored, server.counters.get], [12, 12, 12]);
});

test('the listing waits for the disk: its lead is bounded by the queue', { timeout: 30_000 }, async (t) => {
  const wide = proceduralBucket({ directories: 300, objectsPerDirectory: 2, sizes: 10 });
  const { server, options, stats } = await equip(t, wide);
  const gate = deferred();
  const { put } = options.sink;
  const stalled = {
    ...options.sink,
    put: (...args: Parameters<typeof put>) => gate.promise.then(() => put(...args)),
  };
  const check = {
    ...stalled,
    has: (...args: Parameters<typeof stalled.has>) => gate.promise.then(() => stalled.has(...args)),
  };
  const done = mirror({ ...options, sink: check });
  await until(() => stats.found > 0, 'the first page');
  let before = -1;
  while (before !== server.counters.list) {
    before = server.counters.list;
    await turns(300);
  }
  assert.ok(server.counters.list <= 60, `${server.counters.list} pages were listed while the disk was stalled`);
  gate.resolve();
  await done;
  assert.deepEqual([stats.stored, server.counters.list], [600, 301]);
});
