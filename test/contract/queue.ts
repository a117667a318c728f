// What holds for every queue: the halves of a pipeline rely on these.

import assert from 'node:assert/strict';
import test from 'node:test';
import { produce } from '../../pipelines/produce.js';
import { EventBus } from '../../src/events/bus.js';
import type { Batch } from '../../src/model/batch.js';
import type { WorkQueue } from '../../src/queue/work-queue.js';
import type { Source } from '../../src/sources/source.js';
import { batchOf } from '../support/batches.js';
import { listPacerOf } from '../support/pacers.js';
import { type OpenQueue, type OpenQueueOf, settle } from '../support/queues.js';
import { rangeSource } from '../support/servers/range-source.js';
import { turns } from '../support/waiting.js';

const batch = (index: number): Batch => batchOf([{ key: `k${index}`, size: 1 }]);
const keyOf = ({ entries }: Batch) => entries[0]!.key;

interface Expected {
  /** Why it cannot run on this machine. */
  skip: string | false;
  /** Another consumer can get a batch that has no room here. */
  takesBack: boolean;
}

/** `open` opens an empty queue; `limit` is the number of batches that may wait in it. */
export function queueContract(name: string, open: OpenQueueOf, { skip, takesBack }: Expected): void {
  test(`${name}: everything that is put is taken once, and it ends when it is closed and settled`, {
    skip,
  }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 5 });
    const putting = (async () => {
      for (let index = 0; index < 40; index++) await queue.put(batch(index));
      await close();
    })();
    const taken: string[] = [];
    for await (const one of queue.take()) {
      taken.push(keyOf(one));
      settle(queue, one);
    }
    await putting;
    assert.equal(new Set(taken).size, 40);
    assert.equal(taken.length, 40);
    await end();
  });

  test(`${name}: a batch without room here comes again once it is acknowledged, or stays, as the queue has said`, {
    skip,
  }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 10 });
    for (let index = 0; index < 3; index++) await queue.put(batch(index));
    await close();
    const taken: string[] = [];
    const answers = new Map<string, boolean>();
    for await (const one of queue.take()) {
      taken.push(keyOf(one));
      if (!answers.has(keyOf(one))) answers.set(keyOf(one), queue.nack(one, 'no-room'));
      settle(queue, one);
    }
    const once = ['k0', 'k1', 'k2'];
    assert.deepEqual([...answers.values()], Array(3).fill(takesBack));
    assert.deepEqual(taken.sort(), takesBack ? [...once, ...once].sort() : once);
    assert.equal(queue.nack(batch(1), 'no-room'), false, 'a batch that was never taken');
    await end();
  });

  test(`${name}: putting waits while the queue is full`, { skip }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 3 });
    let put = 0;
    const putting = (async () => {
      for (let index = 0; index < 8; index++) {
        await queue.put(batch(index));
        put++;
      }
      await close();
    })();
    let before = -1;
    while (before !== put || put === 0) {
      before = put;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(put <= 3, `${put} were put`);
    let taken = 0;
    for await (const one of queue.take()) {
      taken++;
      settle(queue, one);
    }
    await putting;
    assert.equal(taken, 8);
    await end();
  });

  test(`${name}: empty does not mean finished`, { skip }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 3 });
    const taken: Batch[] = [];
    let isEnded = false;
    const taking = (async () => {
      for await (const one of queue.take()) {
        taken.push(one);
        settle(queue, one);
      }
      isEnded = true;
    })();
    await turns();
    assert.equal(isEnded, false);
    await queue.put(batch(1));
    await close();
    await taking;
    assert.equal(taken.length, 1);
    await end();
  });

  test(`${name}: it does not end before the last batch is settled`, { skip }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 3 });
    await queue.put(batch(1));
    await close();
    const taking = queue.take();
    const { value } = await taking.next();
    let isEnded = false;
    const ending = taking.next().then(({ done }) => {
      isEnded = done === true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(isEnded, false);
    settle(queue, value!);
    await ending;
    assert.equal(isEnded, true);
    await end();
  });

  test(`${name}: whoever leaves waits neither to put nor to take`, { skip }, async (t) => {
    const { queue, end } = await open(t, { limit: 1 });
    await queue.put(batch(1));
    const putting = queue.put(batch(2));
    const taking = queue.take();
    queue.leave();
    await putting;
    assert.equal((await taking.next()).done, true);
    await end();
  });

  test(`${name}: ten thousand batches`, { skip, timeout: 300_000 }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 400 });
    const putting = (async () => {
      for (let index = 0; index < 10_000; index++) await queue.put(batch(index));
      await close();
    })();
    const taken = new Set<string>();
    for await (const one of queue.take()) {
      taken.add(keyOf(one));
      settle(queue, one);
    }
    await putting;
    assert.equal(taken.size, 10_000);
    await end();
  });

  test(`${name}: a listing by ranges of keys goes through it like one by folders`, { skip }, async (t) => {
    const { source } = rangeSource(() => RANGE_KEYS, { pageSize: 11 });
    const opened = await open(t, { limit: 5, isListing: true });
    assert.deepEqual((await listedThrough(opened, source)).sort(), RANGE_KEYS);
  });
}

export const RANGE_KEYS = Array.from({ length: 300 }, (_, index) => `k${String(index).padStart(3, '0')}`);

/** Lists all of a store without folders into the queue, and takes what comes out. */
export async function listedThrough({ queue, end }: OpenQueue, source: Source): Promise<string[]> {
  const { signal } = new AbortController();
  const walk = { pacer: listPacerOf(3), signal };
  const producing = produce(queue, { source, events: new EventBus(), walk, signal });
  const keys = await takeAll(queue);
  await producing;
  await end();
  return keys;
}

/** Settles what it takes until the queue ends; the keys in the order in which they came. */
async function takeAll(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  for await (const one of queue.take()) {
    keys.push(...one.entries.map(({ key }) => key));
    settle(queue, one);
  }
  return keys;
}
