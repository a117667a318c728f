// What machines do for each other with one queue, session by session: what a batch, a listing and an alert of one are to another.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Batch } from '../../../../src/model/batch.js';
import { seed } from '../../../../src/queue/nats/job/shared-job.js';
import { listedThrough, RANGE_KEYS } from '../../../contract/queue.js';
import { batchOf } from '../../../support/batches.js';
import { begin, LISTING, openSession, settle } from '../../../support/queues.js';
import { skipWithoutNats, startNatsServer } from '../../../support/servers/nats-server.js';
import { rangeSource } from '../../../support/servers/range-source.js';
import { turns, until } from '../../../support/waiting.js';

const skip = skipWithoutNats();
const batch = (index: number): Batch => batchOf([{ key: `k${index}`, size: 1 }]);
const keyOf = ({ entries }: Batch) => entries[0]!.key;

test('two machines share a listing by ranges of keys, each of which is listed once', { skip }, async (t) => {
  const server = await startNatsServer(t);
  const { source, asked } = rangeSource(() => RANGE_KEYS, { pageSize: 11 });
  const sessions = await Promise.all(
    ['one', 'two'].map(async (worker) => {
      const session = await openSession(t, { url: server.url, worker, join: LISTING });
      if (worker === 'one') await seed(session.nats, session.job);
      return session;
    }),
  );
  const keys = await Promise.all(sessions.map(async ({ queue }) => listedThrough(await begin(queue), source)));
  assert.deepEqual(keys.flat().sort(), RANGE_KEYS);
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

test('a batch that one machine has no room for goes to another one, with what is stored of it removed', {
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

test('what is taken and not settled when the pipeline ends is given to another machine', { skip }, async (t) => {
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

test('what one machine raises is heard by the others, and not by itself', { skip }, async (t) => {
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
