// The intake: one by one, never more inside than its limit, and the only way back in for what failed.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { Stats } from '../../../src/events/stats.js';
import { type Delivery, isResult, type Result } from '../../../src/model/batch.js';
import { Intake } from '../../../src/stages/intake.js';
import { deliveryOf, recordingEvents } from '../../support/batches.js';
import { entriesOf } from '../../support/source-stub.js';
import { run } from '../../support/stages.js';
import { counted, sinkOf } from '../../support/streams.js';
import { activeTimers, deferred, rejection, turns, until } from '../../support/waiting.js';

type Item = Delivery | Result;

const never = new AbortController().signal;
const refused = new TransferError('ERR_SERVER', 'refused');
const group = (size: number, prefix = 'k') => entriesOf(size, prefix).map((entry) => deliveryOf(entry));

function open(t: TestContext, { limit = 100, draining = never } = {}) {
  const stats = new Stats();
  const intake = new Intake({ events: recordingEvents(stats), limit, draining });
  // What waits for another attempt must not outlive a test that fails.
  t.after(() => intake.destroy());
  return { stats, intake };
}

const keyOf = (item: Item) => (isResult(item) ? item.delivery : item).entry.key;

test('gives the objects of all groups one by one, and ends when all are settled', async (t) => {
  const { stats, intake } = open(t);
  const keys: string[] = [];
  const sink = sinkOf((item: Item) => {
    keys.push(keyOf(item));
    intake.settled();
  });
  await run([group(3, 'a'), [], group(2, 'b')], intake, sink);
  assert.deepEqual(keys, ['a0', 'a1', 'a2', 'b0', 'b1']);
  assert.deepEqual([stats.listed, intake.inside, intake.waiting], [5, 0, 0]);
});

test('does not end while something is unsettled', async (t) => {
  const { intake } = open(t);
  let seen = 0;
  const sink = sinkOf(() => void seen++);
  let isEnded = false;
  const done = run([group(3)], intake, sink).then(() => {
    isEnded = true;
  });
  await until(() => seen === 3, 'all objects');
  intake.settled();
  intake.settled();
  await turns();
  assert.equal(isEnded, false);
  intake.settled();
  await done;
});

test('what failed comes again after its delay, and is listed only once', async (t) => {
  const { stats, intake } = open(t);
  const seen: string[] = [];
  const sink = sinkOf((item: Item) => {
    seen.push(keyOf(item));
    const delivery = item as Delivery;
    if (++delivery.attempts < 3) intake.redeliver({ delivery, error: refused }, 1);
    else intake.settled();
  });
  await run([group(20)], intake, sink);
  assert.deepEqual([seen.length, stats.listed, intake.inside], [60, 20, 0]);
});

test('never lets more inside than its limit, those waiting for another attempt included', async (t) => {
  const { intake } = open(t, { limit: 10 });
  const supply = counted((index) => group(7, `${index}-`), 40);
  let peak = 0;
  let seen = 0;
  const sink = sinkOf(async (item: Item) => {
    const delivery = item as Delivery;
    peak = Math.max(peak, intake.inside);
    assert.ok(intake.waiting <= intake.inside);
    await turns(1);
    if (delivery.attempts++ === 0) return intake.redeliver({ delivery, error: refused }, 1);
    seen++;
    intake.settled();
  });
  await run(supply.items, intake, sink);
  assert.deepEqual([seen, peak], [280, 10]);
});

test('takes no more groups while all who are inside wait for another attempt', async (t) => {
  const { intake } = open(t, { limit: 10 });
  const supply = counted(() => group(1), 1_000);
  const sink = sinkOf((item: Item) => intake.redeliver({ delivery: item as Delivery, error: refused }, 60_000));
  const controller = new AbortController();
  const done = rejection(run(supply.items, intake, sink, controller.signal));
  await until(() => intake.waiting === 10, 'the limit');
  await turns();
  assert.equal(intake.inside, 10);
  assert.ok(supply.taken <= 10 + 5, `${supply.taken} groups were taken`);
  controller.abort();
  await done;
});

test('takes only a little ahead of a reader that does not read', async (t) => {
  const { intake, stats } = open(t, { limit: 1_000 });
  const supply = counted((index) => group(1, `${index}-`), 500);
  const gate = deferred();
  let seen = 0;
  const sink = sinkOf(async () => {
    seen++;
    await gate.promise;
    intake.settled();
  });
  const done = run(supply.items, intake, sink);
  await until(() => seen === 1, 'the first object');
  await turns(50);
  // The buffers of both sides, and the one in the reader's hands.
  assert.ok(stats.listed <= 16 + 1 + 1, `${stats.listed} objects entered`);
  assert.ok(supply.taken <= stats.listed + 5, `${supply.taken} groups were taken`);
  gate.resolve();
  await done;
  assert.equal(seen, 500);
});

test('draining gives up what waits with the error it has, lets nothing new in, and ends', async (t) => {
  const draining = new AbortController();
  const { stats, intake } = open(t, { limit: 100, draining: draining.signal });
  const final: Result[] = [];
  const sink = sinkOf((item: Item) => {
    if (!isResult(item)) return intake.redeliver({ delivery: item, error: refused }, 60_000);
    final.push(item);
    intake.settled();
  });
  const supply = counted((index) => group(5, `${index}-`), 1_000);
  const done = run(supply.items, intake, sink);
  await until(() => intake.waiting === 100, 'all to wait');
  draining.abort();
  await done;
  assert.equal(final.length, 100);
  assert.ok(final.every((item) => 'error' in item && item.isFinal && item.error === refused));
  assert.deepEqual([stats.listed, intake.inside, intake.waiting], [100, 0, 0]);
});

test('draining before anything came ends it at once', async (t) => {
  const { stats, intake } = open(t, { draining: AbortSignal.abort() });
  await run(
    [group(5), group(5)],
    intake,
    sinkOf(() => assert.fail('nothing may enter')),
  );
  assert.equal(stats.listed, 0);
});

test('an abort or a failure leaves no timer of those that wait behind', async (t) => {
  const before = activeTimers();
  for (const how of ['abort', 'failure']) {
    const { intake } = open(t);
    const controller = new AbortController();
    let seen = 0;
    const sink = sinkOf((item: Item) => {
      if (how === 'failure' && ++seen === 5) throw new Error('fatal');
      intake.redeliver({ delivery: item as Delivery, error: refused }, 60_000);
    });
    const batches = Readable.from([group(4), group(4)]);
    const done = rejection(pipeline(batches, intake, sink, { signal: controller.signal }));
    await until(() => intake.waiting === (how === 'failure' ? 0 : 8) || intake.destroyed, 'all to wait');
    controller.abort();
    await done;
    assert.deepEqual([intake.destroyed, intake.waiting, activeTimers()], [true, 0, before], how);
  }
});
