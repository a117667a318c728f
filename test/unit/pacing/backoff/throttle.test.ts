// The slow-down of the whole process: one pause for all, fewer requests after it, and an end to waiting.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MAX_PAUSE_MS } from '../../../../src/pacing/backoff/ban.js';
import { Throttle } from '../../../../src/pacing/backoff/throttle.js';
import { atMost } from '../../../support/concurrency.js';
import { activeTimers, turns } from '../../../support/waiting.js';

function start({ connections = 8, maxPauses = 3, random = 0.5, signal = new AbortController().signal } = {}) {
  const clock = { nowMs: 0 };
  const concurrency = atMost(connections, () => clock.nowMs);
  const throttle = new Throttle({
    concurrency,
    maxPauses,
    signal,
    nowMs: () => clock.nowMs,
    random: () => random,
  });
  const refuse = (retryAfterMs?: number) => throttle.refused(throttle.begin(), retryAfterMs);
  return { clock, concurrency, throttle, refuse };
}

test('is open until a server asks to slow down, and again after the pause', () => {
  const { clock, throttle, refuse } = start({ random: 0.5 });
  assert.equal(throttle.isOpen, true);
  refuse();
  assert.equal(throttle.isOpen, false);
  clock.nowMs = 99;
  assert.equal(throttle.isOpen, false);
  clock.nowMs = 100;
  assert.equal(throttle.isOpen, true);
});

test('waits as long as the server asks, but never longer than the longest pause', () => {
  const { clock, throttle, refuse } = start();
  refuse(7_000);
  clock.nowMs = 6_999;
  assert.equal(throttle.isOpen, false);
  clock.nowMs = 7_000;
  assert.equal(throttle.isOpen, true);
  for (const hostileMs of [365 * 86_400_000, 1e18, Number.POSITIVE_INFINITY]) {
    const hostile = start();
    hostile.refuse(hostileMs);
    hostile.clock.nowMs = MAX_PAUSE_MS;
    assert.equal(hostile.throttle.isOpen, true);
  }
});

test('requests that were under way together are one reason to slow down, not many', () => {
  const { concurrency, throttle } = start({ connections: 64, maxPauses: 3 });
  const begun = Array.from({ length: 64 }, () => throttle.begin());
  for (const one of begun) throttle.refused(one);
  assert.deepEqual([concurrency.limit, throttle.isExhausted], [32, false]);
});

test('halves the requests at once with each pause, and raises them one by one with successes', () => {
  const { concurrency, throttle, refuse } = start({ connections: 8, maxPauses: 10 });
  const capacities = Array.from({ length: 5 }, () => {
    refuse();
    return concurrency.limit;
  });
  assert.deepEqual(capacities, [4, 2, 1, 1, 1]);
  throttle.succeeded();
  assert.equal(concurrency.limit, 2);
  throttle.succeeded();
  assert.equal(concurrency.limit, 2);
  throttle.succeeded();
  assert.equal(concurrency.limit, 3);
  for (let index = 0; index < 100; index++) throttle.succeeded();
  assert.equal(concurrency.limit, 8);
});

test('is exhausted after so many pauses in a row, and one success restores it', () => {
  const { throttle, refuse } = start({ maxPauses: 3 });
  for (let pause = 0; pause < 3; pause++) refuse();
  assert.equal(throttle.isExhausted, false);
  throttle.succeeded();
  for (let pause = 0; pause < 3; pause++) refuse();
  assert.equal(throttle.isExhausted, false);
  refuse();
  assert.equal(throttle.isExhausted, true);
});

test('the capacity stays between one and the configured number, whatever happens', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.array(fc.boolean(), { maxLength: 300 }), (connections, events) => {
      const { concurrency, throttle, refuse } = start({ connections, maxPauses: 1_000 });
      for (const isSuccess of events) {
        if (isSuccess) throttle.succeeded();
        else refuse();
        assert.ok(concurrency.limit >= 1 && concurrency.limit <= connections);
      }
    }),
  );
});

test('all who wait share one timer, also when the pause grows meanwhile', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { clock, throttle, refuse } = start();
  refuse(1_000);
  let opened = 0;
  const waiting = Array.from({ length: 100 }, () => throttle.opened().then(() => void opened++));
  refuse(5_000);
  clock.nowMs = 1_000;
  t.mock.timers.tick(1_000);
  await turns(2);
  assert.equal(opened, 0);
  clock.nowMs = 5_000;
  t.mock.timers.tick(4_000);
  await Promise.all(waiting);
  assert.equal(opened, 100);
});

test('an abort opens it for good, and leaves no timer behind', async () => {
  const before = activeTimers();
  const controller = new AbortController();
  const { throttle, refuse } = start({ signal: controller.signal });
  refuse(60_000);
  const waiting = Array.from({ length: 1_000 }, () => throttle.opened());
  assert.equal(activeTimers(), before + 1);
  controller.abort();
  await Promise.all(waiting);
  refuse(60_000);
  await throttle.opened();
  assert.deepEqual([throttle.isOpen, activeTimers()], [true, before]);
});

test('when this machine has had enough all pause, half as many go out, and only once a pause', () => {
  const { clock, concurrency, throttle } = start({ connections: 8 });
  assert.equal(throttle.pauseForOverload(500), true);
  assert.equal(throttle.pauseForOverload(500), false);
  assert.deepEqual([throttle.isOpen, concurrency.limit, throttle.isExhausted], [false, 4, false]);
  clock.nowMs = 500;
  assert.equal(throttle.isOpen, true);
  assert.equal(throttle.pauseForOverload(500), true);
  assert.equal(concurrency.limit, 2);
});
