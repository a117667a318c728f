// So much a second: exact on the average, no burst after idleness, first come first served, and it can be changed.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { RateLimit } from '../../../../src/pacing/limits/rate-limit.js';
import { activeTimers, turns } from '../../../support/waiting.js';

function start(t: TestContext, perSecond: number | undefined) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = { nowMs: 0 };
  const controller = new AbortController();
  const limit = new RateLimit({ perSecond, signal: controller.signal, nowMs: () => clock.nowMs });
  const pass = async (ms: number, stepMs = 1) => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.nowMs += stepMs;
      t.mock.timers.tick(stepMs);
      await turns(1);
    }
  };
  return { limit, clock, pass, controller };
}

/** Takes again and again; tells what was had, and when. */
function taker(limit: RateLimit, clock: { nowMs: number }, amountOf: () => number) {
  const taken: { atMs: number; amount: number }[] = [];
  const run = async () => {
    for (;;) {
      const amount = amountOf();
      const waiting = limit.take(amount);
      if (waiting !== undefined) await waiting;
      taken.push({ atMs: clock.nowMs, amount });
      await turns(1);
    }
  };
  void run();
  return taken;
}

test('no limit is no wait, and no timer', (t) => {
  const before = activeTimers();
  const { limit } = start(t, undefined);
  for (let count = 0; count < 1_000; count++) assert.equal(limit.take(1_000_000), undefined);
  assert.equal(activeTimers(), before);
});

for (const [name, perSecond, amountOf] of [
  ['small items', 100_000, () => 1_000],
  ['items of all sizes', 1_000_000, () => 1 + Math.floor(Math.random() * 60_000)],
  ['one item a second', 1, () => 1],
  ['items of more than a second', 1_000, () => 2_500],
] as const) {
  test(`${name}: within 5 % over ten seconds, and never more than a second and one item at once`, async (t) => {
    const { limit, clock, pass } = start(t, perSecond);
    const taken = taker(limit, clock, amountOf);
    await pass(500);
    await pass(10_000);
    const largest = Math.max(...taken.map(({ amount }) => amount));
    const sum = taken.filter(({ atMs }) => atMs > 500).reduce((all, { amount }) => all + amount, 0);
    const within = Math.max(0.05 * perSecond * 10, largest);
    assert.ok(Math.abs(sum - 10 * perSecond) <= within, `${sum} instead of ${10 * perSecond}`);
    for (const { atMs } of taken) {
      const second = taken.filter((one) => one.atMs >= atMs && one.atMs < atMs + 100);
      const burst = second.reduce((all, { amount }) => all + amount, 0);
      assert.ok(burst <= perSecond * 0.25 + 2 * largest, `${burst} within 100 ms`);
    }
  });
}

test('after an idle hour there is no burst', async (t) => {
  const { limit, clock, pass } = start(t, 1_000);
  clock.nowMs += 3_600_000;
  const taken = taker(limit, clock, () => 10);
  await pass(1_000);
  const sum = taken.reduce((all, { amount }) => all + amount, 0);
  assert.ok(sum >= 1_000 && sum <= 1_120, `${sum} in the first second`);
});

test('first come, first served', async (t) => {
  const { limit, pass } = start(t, 1_000);
  await pass(100);
  void limit.take(500);
  const order: string[] = [];
  void limit.take(900)!.then(() => order.push('large'));
  void limit.take(1)!.then(() => order.push('small'));
  await pass(3_000);
  assert.deepEqual(order, ['large', 'small']);
});

test('a new limit holds at once, also for those who wait; none lets them all go', async (t) => {
  const { limit, pass } = start(t, 10);
  await pass(100);
  void limit.take(1_000);
  let gone = 0;
  for (let count = 0; count < 20; count++) void limit.take(10)!.then(() => gone++);
  await pass(1_000);
  assert.equal(gone, 0, 'a debt of 100 seconds');
  limit.set(10_000);
  await pass(1_000);
  assert.equal(gone, 0, 'a debt is a time');
  limit.set(undefined);
  await turns();
  assert.deepEqual([gone, limit.waiting], [20, 0]);
});

test('what turns out to be more is paid by those who come, what turns out to be less is theirs', async (t) => {
  const { limit, pass } = start(t, 1_000);
  await pass(100);
  assert.equal(limit.take(10), undefined);
  limit.correct(2_000);
  let isGone = false;
  void limit.take(1)!.then(() => {
    isGone = true;
  });
  await pass(1_500);
  assert.equal(isGone, false);
  limit.correct(-1_000);
  await turns();
  assert.equal(isGone, true);
});

test('an abort lets everyone go', async (t) => {
  const { limit, pass, controller } = start(t, 1);
  await pass(100);
  void limit.take(1_000);
  const waiting = limit.take(1)!;
  controller.abort();
  await waiting;
  assert.equal(limit.take(1), undefined);
});

test('whatever is taken and corrected in whatever order, nobody waits for ever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -500, max: 5_000 }), { maxLength: 20 }), async (amounts) => {
      const controller = new AbortController();
      const clock = { nowMs: 0 };
      const limit = new RateLimit({ perSecond: 1_000, signal: controller.signal, nowMs: () => clock.nowMs });
      const all = amounts.map((amount) => (amount < 0 ? limit.correct(amount) : limit.take(amount)));
      clock.nowMs += 1_000_000;
      limit.correct(-1);
      await turns(2);
      limit.set(undefined);
      await Promise.all(all);
      controller.abort();
      assert.equal(limit.waiting, 0);
    }),
    { numRuns: 100 },
  );
});
