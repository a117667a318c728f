// The fetch stage against the real fake server: as many requests as permitted, and every failure as a result.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../../src/errors.js';
import type { Result } from '../../../src/model/batch.js';
import { maxPausesOf } from '../../../src/pacing/backoff/retry.js';
import { createFetch, type Fetched } from '../../../src/stages/fetch.js';
import { sizedObject } from '../../fakes/buckets/procedural-body.js';
import { deliveryOf } from '../../support/batches.js';
import { pacerOf } from '../../support/pacers.js';
import { type ServedOptions, serveBucket } from '../../support/servers/upyun.js';
import { smallObject, stubSource } from '../../support/source-stub.js';
import { run } from '../../support/stages.js';
import { counted, sinkOf, stuckSink, through } from '../../support/streams.js';
import { turns, until } from '../../support/waiting.js';

/** Objects that wait for a connection with all else that they need. */
const READY = 8;
const BODY = 'x'.repeat(1_000);
const never = new AbortController().signal;

/** A server with `count` objects of 1,000 bytes, and a fetch stage for it. */
async function start(
  t: TestContext,
  {
    count = 100,
    connections = 4,
    bytes = 1_000_000,
    signal = never,
    ...served
  }: ServedOptions & { count?: number; connections?: number; bytes?: number; signal?: AbortSignal } = {},
) {
  const contents = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, BODY]));
  const { server, source } = await serveBucket(t, contents, {
    ...served,
    source: { connections: { objects: { max: connections }, lists: { max: 4 }, total: connections } },
  });
  const pacer = pacerOf({ max: connections, bufferBytes: bytes, signal });
  const stage = createFetch({ source, pacer });
  const deliveries = Array.from({ length: count }, (_, index) => deliveryOf({ key: `k${index}`, size: BODY.length }));
  return { server, source, pacer, slots: pacer.slots, stage, deliveries };
}

test('fetches each object and hands it on with its slot', async (t) => {
  const { stage, deliveries, slots } = await start(t, { count: 20 });
  const fetched = await through<Fetched>(deliveries, stage);
  assert.deepEqual(
    fetched.map(({ delivery }) => delivery.entry.key).sort(),
    deliveries.map(({ entry }) => entry.key).sort(),
  );
  for (const { object, delivery } of fetched) {
    assert.deepEqual([object.bytes?.length, delivery.attempts], [1_000, 1]);
  }
  // A whole body needs no connection any more, but its memory until it is written.
  assert.deepEqual([slots.connections.inUse, slots.bytes.inUse], [0, 20_000]);
  for (const { slot } of fetched) {
    slot.release();
    slot.release();
  }
  assert.equal(slots.bytes.inUse, 0);
});

test('what is settled already goes by without a request', async (t) => {
  const { server, stage, deliveries } = await start(t);
  const known: Result = { delivery: deliveries[0]!, outcome: { status: 'skipped', bytes: 1, volume: 0 } };
  assert.deepEqual(await through([known], stage), [known]);
  assert.equal(server.counters.total, 0);
});

test('a failure is a result, and gives back everything that it held', async (t) => {
  const { server, stage, deliveries, slots } = await start(t, { count: 6 });
  const actions = [
    { status: 503 },
    { gone: true },
    { resetBeforeHeaders: true },
    { truncateAfterBytes: 5 },
    { changed: true },
  ];
  for (const [index, action] of actions.entries()) server.faults.add({ match: { key: `k${index}` }, action });
  const items = await through<Fetched | Result>(deliveries, stage);
  const codes = new Map(items.map((item) => [item.delivery.entry.key, 'error' in item ? item.error.code : 'fetched']));
  assert.deepEqual(
    deliveries.map(({ entry }) => codes.get(entry.key)),
    ['ERR_SERVER', 'ERR_NOT_FOUND', 'ERR_NETWORK', 'ERR_TRUNCATED', 'ERR_SIZE', 'fetched'],
  );
  assert.deepEqual([slots.connections.inUse, slots.bytes.inUse], [0, 1_000]);
});

test('never sends more requests at once than it has connections', async (t) => {
  const faults = [{ action: { delayMs: 5 } }];
  const { server, stage, deliveries } = await start(t, { count: 200, connections: 4, server: { faults } });
  await through(deliveries, stage);
  assert.equal(server.counters.get, 200);
  assert.equal(server.counters.peakActiveGets, 4);
  assert.ok(server.counters.connections <= 4);
});

test('fetches no more than it can hand on while nothing is written', async (t) => {
  const { server, stage, deliveries, slots } = await start(t, { count: 100, connections: 4 });
  const { sink, received, open } = stuckSink<Fetched>();
  const done = run(deliveries, stage, sink);
  await until(() => received.length === 1, 'the first body');
  await until(() => server.counters.active === 0, 'quiet');
  await turns(100);
  assert.ok(server.counters.get <= 2 * 4 + 4 + 1 + READY, `${server.counters.get} requests`);
  assert.equal(slots.bytes.inUse, server.counters.get * 1_000);
  open();
  await done;
  assert.equal(received.length, 100);
});

test('bodies never hold more memory than the budget, and waiting for it costs no order', {
  timeout: 20_000,
}, async (t) => {
  const { server, stage, deliveries, slots } = await start(t, { count: 100, connections: 8, bytes: 3_500 });
  let peakBytes = 0;
  let seen = 0;
  const supply = counted((index) => deliveries[index]!, 100);
  const writing = run(
    supply.items,
    stage,
    sinkOf(async (item: Fetched) => {
      seen++;
      peakBytes = Math.max(peakBytes, slots.bytes.inUse);
      await turns(1);
      item.slot.release();
    }),
  );
  await writing;
  assert.deepEqual([seen, peakBytes, slots.bytes.inUse], [100, 3_000, 0]);
  assert.ok(server.counters.peakActiveGets <= 3);
});

test('a large body keeps its connection until it is written, and counts as one whole body at most', async (t) => {
  const { source } = await serveBucket(t, { large: { body: sizedObject(5_000_000) } });
  const pacer = pacerOf({ max: 2, bufferBytes: 4 * 1024 * 1024 });
  const { slots } = pacer;
  const stage = createFetch({ source, pacer });
  const [fetched] = await through<Fetched>([deliveryOf({ key: 'large', size: 5_000_000 })], stage);
  assert.deepEqual([slots.connections.inUse, slots.bytes.inUse], [1, 1024 * 1024]);
  fetched!.slot.release();
  assert.deepEqual([slots.connections.inUse, slots.bytes.inUse], [0, 0]);
});

test('a refusal for too many requests halves their number, and successes raise it again', async (t) => {
  const { server, stage, deliveries, slots, pacer } = await start(t, { count: 60, connections: 8 });
  server.faults.add({ match: { key: 'k0' }, action: { status: 429 } });
  const [refused] = await through<Result>(deliveries.slice(0, 1), stage);
  assert.ok('error' in refused! && refused.error.code === 'ERR_THROTTLED');
  assert.equal(slots.connections.capacity, 4);
  const again = createFetch({ source: stubSource({ get: async () => smallObject('x') }), pacer });
  assert.equal((await through(deliveries, again)).length, 60);
});

test('an object of a directory in trouble waits without a connection, and is given up when the directory is', async () => {
  let nowMs = 0;
  const pacer = pacerOf({ nowMs: () => nowMs });
  let asked = 0;
  const source = stubSource({
    get: async () => {
      asked++;
      throw new TransferError('ERR_THROTTLED', 'same uri', { throttleScope: 'uri' });
    },
  });
  const fetch = async (key: string): Promise<Result> => {
    const [result] = await through<Result>([deliveryOf({ key, size: 1 })], createFetch({ source, pacer }));
    return result!;
  };
  const first = await fetch('bad/a');
  assert.ok('error' in first && !first.isFinal);
  const waiting = await fetch('bad/b');
  assert.ok('postponedMs' in waiting && waiting.postponedMs > 0);
  assert.deepEqual([asked, pacer.slots.bytes.inUse, pacer.health.isOpen], [1, 0, true]);
  await fetch('good/a');
  assert.equal(asked, 2);
  for (let refusals = 1; refusals < maxPausesOf(0); refusals++) {
    nowMs += 60_000;
    const again = await fetch('bad/b');
    assert.ok('error' in again && !again.isFinal, `refusal ${refusals}`);
  }
  nowMs += 60_000;
  const last = await fetch('bad/b');
  assert.ok('error' in last && last.isFinal);
});
