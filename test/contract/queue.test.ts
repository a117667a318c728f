// What holds for every queue: the one in memory and the one between machines, by the same tests.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { produce } from '../../pipelines/produce.js';
import { EventBus } from '../../src/events/bus.js';
import type { Batch } from '../../src/model/batch.js';
import { seed } from '../../src/queue/nats/job/shared-job.js';
import type { WorkQueue } from '../../src/queue/work-queue.js';
import type { Source } from '../../src/sources/source.js';
import { batchOf } from '../support/batches.js';
import { listPacerOf } from '../support/pacers.js';
import {
  begin,
  type OpenQueue,
  type OpenQueueOf,
  openMemoryQueue,
  openNatsQueue,
  openSession,
  settle,
} from '../support/queues.js';
import { skipWithoutNats, startNatsServer } from '../support/servers/nats-server.js';
import { rangeSource } from '../support/servers/range-source.js';
import { turns, until } from '../support/waiting.js';

const batch = (index: number): Batch => batchOf([{ key: `k${index}`, size: 1 }]);
const keyOf = ({ entries }: Batch) => entries[0]!.key;

interface Expected {
  skip: string | false;
  /** Another consumer can get a batch that has no room here. */
  takesBack: boolean;
}

function contract(name: string, open: OpenQueueOf, { skip, takesBack }: Expected): void {
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

  test(`${name}: ten thousand batches`, { skip, timeout: 120_000 }, async (t) => {
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
}

contract('memory', openMemoryQueue, { skip: false, takesBack: false });
const skip = skipWithoutNats();
contract('nats', openNatsQueue, { skip, takesBack: true });

/** Settles what it takes until the queue ends; the keys in the order in which they came. */
async function takeAll(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  for await (const one of queue.take()) {
    keys.push(...one.entries.map(({ key }) => key));
    settle(queue, one);
  }
  return keys;
}

const LISTING = {
  name: 'listing',
  identity: { source: 'ranges://stub', filters: {} },
  kind: 'listing' as const,
  isKindFree: false,
  leaseMs: 60_000,
};

/** Lists all of a store without folders into the queue, and takes what comes out. */
async function listedThrough({ queue, end }: OpenQueue, source: Source): Promise<string[]> {
  const { signal } = new AbortController();
  const walk = { pacer: listPacerOf(3), signal };
  const producing = produce(queue, { source, events: new EventBus(), walk, signal });
  const keys = await takeAll(queue);
  await producing;
  await end();
  return keys;
}

const KEYS = Array.from({ length: 300 }, (_, index) => `k${String(index).padStart(3, '0')}`);

test('memory: a listing by ranges of keys goes through it like one by folders', async (t) => {
  const { source } = rangeSource(() => KEYS, { pageSize: 11 });
  assert.deepEqual((await listedThrough(await openMemoryQueue(t, { limit: 5 }), source)).sort(), KEYS);
});

test('nats: two machines share a listing by ranges of keys, each of which is listed once', { skip }, async (t) => {
  const server = await startNatsServer(t);
  const { source, asked } = rangeSource(() => KEYS, { pageSize: 11 });
  const sessions = await Promise.all(
    ['one', 'two'].map(async (worker) => {
      const session = await openSession(t, { url: server.url, worker, join: LISTING });
      if (worker === 'one') await seed(session.nats, session.job);
      return session;
    }),
  );
  const keys = await Promise.all(sessions.map(async ({ queue }) => listedThrough(await begin(queue), source)));
  assert.deepEqual(keys.flat().sort(), KEYS);
  assert.ok(asked.some((place) => place.startsWith('["k')));
  assert.equal(new Set(asked).size, asked.length, 'no range was listed by both');
});

/** Two machines of a job; the disks of the first one have so much room. */
async function openTwo(t: TestContext, room: { freeBytes: number }) {
  const server = await startNatsServer(t);
  const disks = { report: () => [], count: async () => 0 };
  const full = { ...disks, freeBytes: async () => room.freeBytes, knownFreeBytes: () => room.freeBytes };
  const removed: string[] = [];
  const files = { barrier: async () => {}, removeSince: async (keys: readonly string[]) => void removed.push(...keys) };
  const one = await openSession(t, { url: server.url, worker: 'one', disks: full, files });
  const two = await openSession(t, { url: server.url, worker: 'two' });
  return { one: await begin(one.queue), other: two.queue, removed };
}

test('nats: a batch that one machine has no room for goes to another one, with what is stored of it removed', {
  skip,
}, async (t) => {
  const room = { freeBytes: 1e9 };
  const { one, other, removed } = await openTwo(t, room);
  await one.queue.put(batch(1));
  await one.close();
  const taking = one.queue.take();
  const { value: mine } = await taking.next();
  room.freeBytes = 0;
  assert.equal(one.queue.nack(mine!, 'no-room'), true);
  const two = await begin(other);
  await two.close();
  const taken: string[] = [];
  const finishing = (async () => {
    for await (const their of other.take()) {
      taken.push(keyOf(their));
      settle(other, their);
    }
  })();
  await turns();
  assert.deepEqual(taken, [], 'some of its objects are still under way here');
  settle(one.queue, mine!);
  await finishing;
  assert.deepEqual([taken, removed], [['k1'], ['k1']]);
  one.queue.leave();
  assert.equal((await taking.next()).done, true);
  await one.end();
  await two.end();
});

test('nats: what is taken and not settled when the pipeline ends is given to another machine', { skip }, async (t) => {
  const { one, other } = await openTwo(t, { freeBytes: 1e12 });
  await one.queue.put(batch(1));
  await one.close();
  assert.equal(keyOf((await one.queue.take().next()).value!), 'k1');
  one.queue.leave();
  await one.end();
  const two = await begin(other);
  await two.close();
  const taken: string[] = [];
  for await (const their of other.take()) {
    taken.push(keyOf(their));
    settle(other, their);
  }
  assert.deepEqual(taken, ['k1']);
  await two.end();
});

test('nats: what one machine raises is heard by the others, and not by itself', { skip }, async (t) => {
  const { one, other } = await openTwo(t, { freeBytes: 1e12 });
  const heard: unknown[] = [];
  one.queue.alerts!.onHeard((alert) => heard.push(['one', alert]));
  other.alerts!.onHeard((alert) => heard.push(['two', alert]));
  // The subscription of the other machine may still be on its way to the server.
  await until(() => {
    if (heard.length === 0) one.queue.alerts!.raise({ kind: 'outage', of: 'lists' });
    return heard.length > 0;
  }, 'the alert');
  const [first] = heard;
  assert.deepEqual(first, ['two', { kind: 'outage', of: 'lists' }]);
  assert.ok(heard.every((one) => (one as unknown[])[0] === 'two'));
  one.queue.leave();
  await one.end();
});
