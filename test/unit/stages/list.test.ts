// The list stage against the real fake server: all of SOURCE as batches, a page at a time, until enough or an abort.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../src/errors.js';
import { Stats } from '../../../src/events/stats.js';
import type { Batch } from '../../../src/model/batch.js';
import type { Source } from '../../../src/sources/source.js';
import { listBatches } from '../../../src/stages/list.js';
import { proceduralBucket } from '../../fakes/buckets/procedural-bucket.js';
import { recordingEvents } from '../../support/batches.js';
import { listPacerOf } from '../../support/pacers.js';
import { serveBucket } from '../../support/servers/upyun.js';
import { asStage, run } from '../../support/stages.js';
import { collect, stuckSink } from '../../support/streams.js';
import { rejection, turns, until } from '../../support/waiting.js';

const never = new AbortController().signal;
const passed = (batch: Batch) => batch;

function batches(source: Source, { signal = never, listConcurrency = 4, retries = 0 } = {}) {
  const stats = new Stats();
  return {
    stats,
    batches: listBatches(source, {
      events: recordingEvents(stats),
      signal,
      pacer: listPacerOf(listConcurrency, { retries }),
    }),
  };
}

async function serve(t: TestContext) {
  const bucket = proceduralBucket({ directories: 8, objectsPerDirectory: 100, sizes: 7 });
  return { bucket, ...(await serveBucket(t, bucket, { source: { pageSize: 10 } })) };
}

test('lists everything, numbers its batches, and knows when it is done', async (t) => {
  const { bucket, source } = await serve(t);
  const { stats, batches: listing } = batches(source);
  const all = await collect(listing);
  const keys = all.flatMap(({ entries }) => entries.map(({ key }) => key));
  assert.deepEqual(
    keys.sort(),
    Array.from({ length: bucket.objectCount }, (_, index) => bucket.keyOf(index)),
  );
  assert.deepEqual([stats.found, stats.foundBytes, stats.isListingDone], [800, 5_600, true]);
  assert.deepEqual(
    all.map(({ id }) => id),
    all.map((_part, index) => index + 1),
  );
});

test('a folder that fails is a reject in a batch, and the listing goes on', async (t) => {
  const { server, source } = await serve(t);
  server.faults.add({ match: { kind: 'list', directory: 'd3' }, action: { status: 500 } });
  const { stats, batches: listing } = batches(source);
  const all = await collect(listing);
  assert.deepEqual(
    all.flatMap(({ rejects }) => rejects.map(({ entry }) => entry.key)),
    ['d3'],
  );
  assert.deepEqual([stats.found, stats.isListingDone], [701, true]);
});

test('a failure of SOURCE itself ends the pipeline with its error', async (t) => {
  const { server, source } = await serve(t);
  server.faults.add({ match: { kind: 'list', directory: '' }, action: { status: 500 } });
  const { sink } = stuckSink();
  const { stats, batches: listing } = batches(source);
  const error = await rejection<TransferError>(run(listing, asStage(passed), sink));
  assert.deepEqual([error.code, sink.destroyed, stats.isListingDone], ['ERR_LIST_ROOT', true, false]);
});

test('asks for no more pages than may wait while nobody takes a batch', async (t) => {
  const { server, source } = await serve(t);
  const { sink, received } = stuckSink<Batch>();
  const controller = new AbortController();
  const done = rejection(
    run(batches(source, { listConcurrency: 3 }).batches, asStage(passed), sink, controller.signal),
  );
  await until(() => received.length === 1, 'the first batch');
  await until(() => server.counters.active === 0, 'quiet');
  await turns(100);
  // Taken: one by the sink, and what the streams between hold. Waiting: three pages.
  assert.ok(server.counters.list <= 1 + 8 + 3, `${server.counters.list} pages were asked for`);
  assert.ok(server.counters.peakActiveLists <= 3);
  controller.abort();
  await done;
});

test('its own signal ends it like an end of the listing, without an error, and not as done', {
  timeout: 20_000,
}, async (t) => {
  const { server, source } = await serve(t);
  server.faults.add({ match: { directory: 'd5' }, action: { stallBeforeHeaders: true } });
  const controller = new AbortController();
  const { stats, batches: listing } = batches(source, { signal: controller.signal });
  const all: Batch[] = [];
  for await (const batch of listing) {
    all.push(batch);
    if (all.length === 5) controller.abort();
  }
  assert.deepEqual([all.length, stats.isListingDone], [5, false]);
});

test('an abort of the pipeline ends it while a request hangs, and nothing more is asked for', {
  timeout: 20_000,
}, async (t) => {
  const { server, source } = await serve(t);
  server.faults.add({ match: { kind: 'list' }, after: 3, action: { stallBeforeHeaders: true } });
  const controller = new AbortController();
  const { sink } = stuckSink();
  const { batches: listing } = batches(source, { signal: controller.signal });
  const done = rejection(run(listing, asStage(passed), sink, controller.signal));
  await until(() => server.counters.activeLists > 0 && server.counters.list > 3, 'a request that hangs');
  // What was sent together with it has arrived, too.
  await turns(100);
  const asked = server.counters.list;
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  await source.close();
  await turns();
  assert.equal(server.counters.list, asked);
});
