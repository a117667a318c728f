// What waits: backoff, the delay line, and the timer below them. Time is a mock or an argument.

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import test from 'node:test';
import fc from 'fast-check';
import { DelayLine } from '../../../../src/lib/streams/delay-line.js';
import { sleep } from '../../../../src/lib/waiting/sleep.js';
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoffMs } from '../../../../src/pacing/backoff/backoff.js';
import { activeTimers, rejection } from '../../../support/waiting.js';

const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('the backoff lies within its bounds for every attempt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), anyRandom, (attempt, random) => {
      const delayMs = backoffMs(attempt, () => random);
      const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1));
      assert.ok(Number.isInteger(delayMs) && delayMs >= 0 && delayMs < bound, `${delayMs} of ${bound}`);
    }),
  );
});

test('the jitter is full: the whole way from zero to the bound, doubled with each attempt', () => {
  assert.equal(
    backoffMs(5, () => 0),
    0,
  );
  const bounds = [1, 2, 3, 8, 9, 50].map((attempt) => backoffMs(attempt, () => 0.999_999));
  assert.deepEqual(bounds, [199, 399, 799, 25_599, 29_999, 29_999]);
  assert.equal(
    backoffMs(3, () => 0.5),
    400,
  );
});

test('an item leaves the delay line when its time has come', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const due: string[] = [];
  const line = new DelayLine<string>((item) => due.push(item));
  line.put('late', 500);
  line.put('soon', 100);
  assert.equal(line.size, 2);
  t.mock.timers.tick(100);
  assert.deepEqual([due, line.size], [['soon'], 1]);
  t.mock.timers.tick(400);
  assert.deepEqual([due, line.size], [['soon', 'late'], 0]);
});

test('a flush gives back everything in the order of arrival and leaves no timer behind', async () => {
  const before = activeTimers();
  const line = new DelayLine<number>(() => assert.fail('nothing is due after a flush'));
  for (const delayMs of [60_000, 10, 30_000]) line.put(delayMs, delayMs);
  assert.equal(activeTimers(), before + 3);
  assert.deepEqual(line.flush(), [60_000, 10, 30_000]);
  assert.deepEqual([line.size, line.flush(), activeTimers()], [0, [], before]);
});

test('a sleep leaves neither timer nor listener behind, however it ends', async () => {
  const before = activeTimers();
  const controller = new AbortController();
  const { signal } = controller;
  await sleep(0, signal);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  const long = sleep(60_000, signal);
  assert.equal(getEventListeners(signal, 'abort').length, 1);
  controller.abort(new Error('enough'));
  await rejection(long);
  assert.deepEqual([getEventListeners(signal, 'abort').length, activeTimers()], [0, before]);
});

test('a sleep until a moment that has passed is no negative delay', async (t) => {
  const delays: unknown[] = [];
  const real = globalThis.setTimeout;
  t.mock.method(globalThis, 'setTimeout', (go: () => void, delayMs: number) => {
    delays.push(delayMs);
    return real(go, delayMs);
  });
  await sleep(-0.001);
  assert.deepEqual(delays, [0]);
});

test('a sleep does not begin under a signal that is aborted already', async () => {
  const before = activeTimers();
  const error = await rejection(sleep(60_000, AbortSignal.abort(new Error('over'))));
  assert.deepEqual([error.message, activeTimers()], ['over', before]);
});
