// The fetch stage when it has to stop: nothing is begun any more, nothing waits on, nothing is left behind.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Delivery, Result } from '../../../src/model/batch.js';
import { createFetch, type Fetched } from '../../../src/stages/fetch.js';
import { deliveryOf } from '../../support/batches.js';
import { pacerOf } from '../../support/pacers.js';
import { serveBucket } from '../../support/servers/upyun.js';
import { smallObject, stubSource } from '../../support/source-stub.js';
import { run } from '../../support/stages.js';
import { counted, sinkOf, stuckSink } from '../../support/streams.js';
import { activeTimers, deferred, rejection, turns, until } from '../../support/waiting.js';

test('an abort cuts off what is in flight, and no request is sent after it', { timeout: 20_000 }, async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  const faults = [{ action: { stallBeforeHeaders: true } }];
  const { server, source } = await serveBucket(t, { k: 'x'.repeat(1_000) }, { server: { faults } });
  const pacer = pacerOf({ max: 8, bufferBytes: 3_000, signal });
  const stage = createFetch({ source, pacer });
  const { sink, received } = stuckSink();
  const deliveries = counted(() => deliveryOf({ key: 'k', size: 1_000 }));
  const done = rejection(run(deliveries.items, stage, sink, signal));
  await until(() => server.counters.activeGets === 3, 'the budget to be used up');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  assert.equal(stage.destroyed, true);
  await source.close();
  await until(() => server.counters.active === 0, 'all connections to be cut');
  assert.deepEqual([server.counters.get, received.length], [3, 0]);
});

test('who waits for a slot when the stage is destroyed sends no request any more', async () => {
  const gate = deferred<ReturnType<typeof smallObject>>();
  let asked = 0;
  const source = stubSource({
    get: () => {
      asked++;
      return gate.promise;
    },
  });
  const controller = new AbortController();
  const { signal } = controller;
  const pacer = pacerOf({ max: 4, bufferBytes: 1_000, signal });
  const stage = createFetch({ source, pacer });
  const { sink } = stuckSink();
  const deliveries = counted((index): Delivery => deliveryOf({ key: `k${index}`, size: 1_000 }));
  const done = rejection(run(deliveries.items, stage, sink, signal));
  await until(() => pacer.slots.bytes.waiting > 0, 'somebody to wait');
  controller.abort();
  await done;
  gate.reject(new Error('cut'));
  await turns();
  assert.equal(asked, 1);
});

test('while the server asks to slow down no request starts, and an abort leaves no timer behind', async () => {
  const before = activeTimers();
  let asked = 0;
  const source = stubSource({
    get: async () => {
      asked++;
      return smallObject('x');
    },
  });
  const controller = new AbortController();
  const { signal } = controller;
  const pacer = pacerOf({ max: 4, bufferBytes: 1_000, signal });
  const { throttle } = pacer.health;
  throttle.refused(throttle.begin(), 60_000);
  const stage = createFetch({ source, pacer });
  const { sink } = stuckSink();
  const deliveries = counted((index) => deliveryOf({ key: `k${index}`, size: 1 }));
  const done = rejection(run(deliveries.items, stage, sink, signal));
  await until(() => activeTimers() > before, 'the pause');
  await turns();
  assert.equal(asked, 0);
  controller.abort();
  await done;
  await turns();
  assert.deepEqual([asked, activeTimers()], [0, before]);
});

test('while draining nothing is begun: what waited is not taken, what is under way is finished', async () => {
  const gate = deferred<ReturnType<typeof smallObject>>();
  const draining = new AbortController();
  const pacer = pacerOf({ max: 4, bufferBytes: 1_000, signal: draining.signal });
  const stage = createFetch({ source: stubSource({ get: () => gate.promise }), pacer });
  const items: (Fetched | Result)[] = [];
  const deliveries = Array.from({ length: 3 }, (_, index) => deliveryOf({ key: `k${index}`, size: 1_000 }));
  const done = run(
    deliveries,
    stage,
    sinkOf((item: Fetched | Result) => {
      items.push(item);
      if ('slot' in item) item.slot.release();
    }),
  );
  await until(() => pacer.slots.bytes.waiting > 0, 'somebody to wait');
  draining.abort();
  gate.resolve(smallObject('x'));
  await done;
  assert.deepEqual(
    items.map((item) => 'object' in item),
    [true, false, false],
  );
  assert.deepEqual(
    items.map((item) => 'isNotTaken' in item),
    [false, true, true],
  );
  assert.deepEqual([pacer.slots.bytes.inUse, pacer.slots.connections.inUse], [0, 0]);
});
