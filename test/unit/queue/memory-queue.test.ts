// The queue between the halves: bounded, in order, and ended only when it is closed and empty.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Batch } from '../../../src/model/batch.js';
import { MemoryQueue } from '../../../src/queue/memory-queue.js';
import { batchOf } from '../../support/batches.js';
import { collect } from '../../support/streams.js';
import { turns, until } from '../../support/waiting.js';

/** Settles each batch at once. */
async function takeAll(queue: MemoryQueue): Promise<Batch[]> {
  const taken: Batch[] = [];
  for await (const batch of queue.take()) {
    taken.push(batch);
    queue.ack(batch);
  }
  return taken;
}

const batches = (count: number): Batch[] => Array.from({ length: count }, () => batchOf([{ key: 'a' }]));

test('gives the batches in the order in which they came', async () => {
  const queue = new MemoryQueue({ limit: 10 });
  const three = batches(3);
  for (const batch of three) await queue.put(batch);
  queue.close();
  assert.deepEqual(await takeAll(queue), three);
});

test('never holds more than its limit, however many put at once', async () => {
  const queue = new MemoryQueue({ limit: 3 });
  const all = batches(50);
  let peak = 0;
  const putting = Promise.all(
    all.map(async (batch) => {
      await queue.put(batch);
      peak = Math.max(peak, queue.length);
    }),
  ).then(() => queue.close());
  await turns();
  assert.equal(queue.length, 3);
  const taken: Batch[] = [];
  for await (const batch of queue.take()) {
    taken.push(batch);
    queue.ack(batch);
    assert.ok(queue.length <= 3);
    await turns(1);
  }
  await putting;
  assert.deepEqual(taken, all);
  assert.equal(peak, 3);
});

test('putting waits until something is taken', async () => {
  const queue = new MemoryQueue({ limit: 1 });
  await queue.put(batchOf([]));
  let isPut = false;
  const second = queue.put(batchOf([])).then(() => {
    isPut = true;
  });
  await turns();
  assert.equal(isPut, false);
  const taking = queue.take();
  await taking.next();
  await second;
  assert.equal(isPut, true);
});

test('empty does not mean finished', async () => {
  const queue = new MemoryQueue({ limit: 2 });
  const taken: Batch[] = [];
  let isEnded = false;
  const taking = (async () => {
    for await (const batch of queue.take()) {
      taken.push(batch);
      queue.ack(batch);
    }
    isEnded = true;
  })();
  await turns();
  assert.equal(isEnded, false);
  await queue.put(batchOf([]));
  await until(() => taken.length === 1, 'the batch');
  await turns();
  assert.equal(isEnded, false);
  queue.close();
  await taking;
});

test('closing ends the wait on both sides; what is queued can still be taken, what comes later is dropped', async () => {
  const queue = new MemoryQueue({ limit: 2 });
  const [one, two, late] = batches(3) as [Batch, Batch, Batch];
  await queue.put(one);
  await queue.put(two);
  const waiting = queue.put(late);
  queue.close();
  await waiting;
  await queue.put(batchOf([]));
  assert.deepEqual(await takeAll(queue), [one, two]);
  const empty = new MemoryQueue({ limit: 1 });
  const taking = collect(empty.take());
  await turns();
  empty.close();
  assert.deepEqual(await taking, []);
});

test('knows which batches were taken and not yet acknowledged', async () => {
  const queue = new MemoryQueue({ limit: 5 });
  const [one, two] = batches(2) as [Batch, Batch];
  await queue.put(one);
  await queue.put(two);
  assert.equal(queue.unsettled, 0);
  const taking = queue.take();
  await taking.next();
  await taking.next();
  assert.equal(queue.unsettled, 2);
  queue.ack(one);
  assert.equal(queue.unsettled, 1);
  queue.ack(one);
  assert.equal(queue.unsettled, 1);
  queue.ack(two);
  assert.equal(queue.unsettled, 0);
});

test('a taker that is woken for nothing waits again', async () => {
  const queue = new MemoryQueue({ limit: 1 });
  const taken: Batch[] = [];
  const taking = (async () => {
    for await (const batch of queue.take()) {
      taken.push(batch);
      queue.ack(batch);
    }
  })();
  for (const batch of batches(200)) await queue.put(batch);
  queue.close();
  await taking;
  assert.equal(taken.length, 200);
});
