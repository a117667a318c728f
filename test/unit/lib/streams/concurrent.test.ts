// The concurrent stage: unordered, bounded on both sides, and never stuck.

import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import { concurrent } from '../../../../src/lib/streams/concurrent.js';
import { counted, stuckSink, through } from '../../../support/streams.js';
import { type Deferred, deferred, rejection, turns, until } from '../../../support/waiting.js';

test('hands on each result as soon as it is there, whatever its place', async () => {
  const gates = [deferred(), deferred(), deferred()];
  const stage = concurrent<number, number>(
    async (index) => {
      await gates[index]!.promise;
      return index;
    },
    { concurrency: 3 },
  );
  const results: number[] = [];
  const done = pipeline(Readable.from([0, 1, 2]), stage, async (items) => {
    for await (const item of items as AsyncIterable<number>) results.push(item);
  });
  for (const index of [2, 0, 1]) {
    gates[index]!.resolve();
    await until(() => results.includes(index), `result ${index}`);
  }
  await done;
  assert.deepEqual(results, [2, 0, 1]);
});

test('works on at most `concurrency` items at once, and on as many as that', async () => {
  let active = 0;
  let peak = 0;
  const stage = concurrent<number, number>(
    async (item) => {
      peak = Math.max(peak, ++active);
      await turns(2);
      active--;
      return item;
    },
    { concurrency: 5 },
  );
  const results = await through<number>(counted((index) => index, 100).items, stage);
  assert.equal(results.length, 100);
  assert.equal(peak, 5);
});

test('begins no more than 2 × concurrency + highWaterMark items while nobody reads on', async () => {
  for (const [concurrency, highWaterMark] of [
    [1, 1],
    [4, 4],
    [8, 2],
  ] as const) {
    let begun = 0;
    const stage = concurrent<number, number>(
      async (item) => {
        begun++;
        return item;
      },
      { concurrency, highWaterMark },
    );
    const supply = counted((index) => index, 10_000);
    const { sink, received, open } = stuckSink<number>();
    const done = pipeline(Readable.from(supply.items, { highWaterMark: 1 }), stage, sink);
    await until(() => received.length === 1, 'the first result');
    await turns(100);
    const inside = begun - received.length;
    assert.ok(inside <= 2 * concurrency + highWaterMark, `${inside} inside with ${concurrency}, ${highWaterMark}`);
    open();
    await done;
    assert.equal(received.length, 10_000);
  }
});

// There was a deadlock when results were buffered and the reader asked before it took one out.
test('goes on after its reader has paused, at every buffer size, over thousands of items', {
  timeout: 60_000,
}, async () => {
  for (const [concurrency, highWaterMark] of [
    [1, 1],
    [3, 1],
    [16, 1],
    [2, 16],
  ] as const) {
    const stage = concurrent<number, number>(
      // At once, in a microtask, or a turn later: each meets the reader in another state.
      (item) => (item % 3 === 0 ? item : item % 3 === 1 ? Promise.resolve(item) : turns(1).then(() => item)),
      { concurrency, highWaterMark },
    );
    let received = 0;
    const slow = new Writable({
      objectMode: true,
      highWaterMark: 1,
      write(item: number, _encoding, done) {
        received++;
        if (item % 7 === 0) setImmediate(done);
        else if (item % 5 === 0) process.nextTick(done);
        else done();
      },
    });
    await pipeline(Readable.from(counted((index) => index, 3_000).items, { highWaterMark: 1 }), stage, slow);
    assert.equal(received, 3_000);
  }
});

test('serves a reader that takes one item at a time by hand', async () => {
  const stage = concurrent<number, number>(async (item) => item, { concurrency: 2, highWaterMark: 1 });
  const done = pipeline(Readable.from(counted((index) => index, 1_000).items), stage, async (items) => {
    const iterator = (items as AsyncIterable<number>)[Symbol.asyncIterator]();
    let seen = 0;
    while (!(await iterator.next()).done) {
      seen++;
      if (seen % 10 === 0) await turns(3);
    }
    assert.equal(seen, 1_000);
  });
  await done;
});

test('an exception in the work destroys the whole pipeline, thrown at once or later', async () => {
  for (const work of [
    (item: number) => {
      if (item === 3) throw new Error('broken at 3');
      return item;
    },
    async (item: number) => {
      await turns(1);
      if (item === 3) throw new Error('broken at 3');
      return item;
    },
  ]) {
    const source = Readable.from(counted((index) => index).items);
    const stage = concurrent<number, number>(work, { concurrency: 2 });
    const { sink, open } = stuckSink<number>();
    open();
    const error = await rejection(pipeline(source, stage, sink));
    assert.equal(error.message, 'broken at 3');
    assert.deepEqual([source.destroyed, stage.destroyed, sink.destroyed], [true, true, true]);
  }
});

test('ends only when all that is in work is done', async () => {
  const gates: Deferred<void>[] = [];
  const stage = concurrent<number, number>(
    async (item) => {
      gates.push(deferred());
      await gates.at(-1)!.promise;
      return item;
    },
    { concurrency: 4 },
  );
  let isEnded = false;
  const done = through<number>([1, 2, 3], stage).then((results) => {
    isEnded = true;
    return results;
  });
  await until(() => gates.length === 3, 'all in work');
  gates[0]!.resolve();
  gates[2]!.resolve();
  await turns();
  assert.equal(isEnded, false);
  gates[1]!.resolve();
  assert.deepEqual((await done).sort(), [1, 2, 3]);
});

test('ends at once when nothing comes', async () => {
  assert.deepEqual(
    await through(
      [],
      concurrent((item) => item, { concurrency: 4 }),
    ),
    [],
  );
});

test('an abort destroys the stage while work is going on, and late results harm nobody', async () => {
  const gate = deferred<number>();
  const stage = concurrent<number, number>(() => gate.promise, { concurrency: 4 });
  const controller = new AbortController();
  const supply = counted((index) => index);
  const { sink, received } = stuckSink<number>();
  const done = pipeline(Readable.from(supply.items), stage, sink, { signal: controller.signal });
  await until(() => supply.taken >= 4, 'work');
  controller.abort();
  assert.equal((await rejection(done)).name, 'AbortError');
  assert.equal(stage.destroyed, true);
  gate.resolve(1);
  await turns();
  assert.deepEqual(received, []);
});
