// Retries of requests that are no objects: what counts, what does not, and what is never tried again.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type ErrorCode, TransferError } from '../../../../src/errors.js';
import { BACKOFF_CAP_MS } from '../../../../src/pacing/backoff/backoff.js';
import { MAX_PAUSE_MS } from '../../../../src/pacing/backoff/ban.js';
import { maxPausesOf, retryDelayMs, withRetries } from '../../../../src/pacing/backoff/retry.js';
import { activeTimers, rejection, until } from '../../../support/waiting.js';

const never = new AbortController().signal;

/** Backoff is random; without chance there is no wait. */
function withoutDelay(t: TestContext): void {
  t.mock.method(Math, 'random', () => 0);
}

/** Work that fails in this way each time, and counts. */
function failing(code: ErrorCode, succeedsAfter = Number.POSITIVE_INFINITY) {
  const work = {
    calls: 0,
    run: async () => {
      work.calls++;
      if (work.calls > succeedsAfter) return 'done';
      throw new TransferError(code, `failure ${work.calls}`);
    },
  };
  return work;
}

test('gives the first success', async (t) => {
  withoutDelay(t);
  const work = failing('ERR_NETWORK', 2);
  const seen: [string, number][] = [];
  const onRetry = (error: TransferError, attempt: number) => seen.push([error.message, attempt]);
  assert.equal(await withRetries(work.run, { retries: 5, signal: never, onRetry }), 'done');
  assert.equal(work.calls, 3);
  assert.deepEqual(seen, [
    ['failure 1', 1],
    ['failure 2', 2],
  ]);
});

test('makes `retries` attempts beyond the first, then throws the last error', async (t) => {
  withoutDelay(t);
  for (const retries of [0, 1, 4]) {
    const work = failing('ERR_TIMEOUT');
    const error = await rejection(withRetries(work.run, { retries, signal: never }));
    assert.equal(work.calls, retries + 1);
    assert.equal(error.message, `failure ${retries + 1}`);
  }
});

test('being throttled costs no attempt, but is not endless', async (t) => {
  withoutDelay(t);
  const mixed = ['ERR_THROTTLED', 'ERR_THROTTLED', 'ERR_NETWORK', 'ERR_THROTTLED', undefined] as const;
  let calls = 0;
  const work = async () => {
    const code = mixed[calls++];
    if (code !== undefined) throw new TransferError(code, 'x');
    return 'done';
  };
  assert.equal(await withRetries(work, { retries: 1, signal: never }), 'done');

  const throttled = failing('ERR_THROTTLED');
  await rejection(withRetries(throttled.run, { retries: 2, signal: never }));
  assert.equal(throttled.calls, maxPausesOf(2) + 1);
});

test('what cannot get better is thrown at once', async () => {
  for (const code of ['ERR_NOT_FOUND', 'ERR_AUTH'] as const) {
    const work = failing(code);
    await rejection(withRetries(work.run, { retries: 5, signal: never }));
    assert.equal(work.calls, 1, code);
  }
});

test('an abort ends the wait at once, with its own reason and without a timer left', async (t) => {
  t.mock.method(Math, 'random', () => 0.99);
  const before = activeTimers();
  const controller = new AbortController();
  const work = failing('ERR_NETWORK');
  const done = withRetries(work.run, { retries: 9, signal: controller.signal });
  await until(() => activeTimers() > before, 'the wait');
  const reason = new Error('enough');
  controller.abort(reason);
  assert.equal(await rejection(done), reason);
  assert.deepEqual([work.calls, activeTimers()], [1, before]);
});

test('waits at least as long as the server asked for', () => {
  const asked = new TransferError('ERR_THROTTLED', 'x', { retryAfterMs: 40_000 });
  assert.equal(retryDelayMs(asked, 1), 40_000);
  const plain = new TransferError('ERR_THROTTLED', 'x');
  for (let count = 1; count < 100; count++) assert.ok(retryDelayMs(plain, count) < BACKOFF_CAP_MS);
});

// A timer of more than 2^31 ms fires at once, so a hostile wish would turn into a storm; a day would stop the job.
test('a hostile Retry-After neither stops the run for ever nor overflows the timer', () => {
  for (const retryAfterMs of [86_400_000, 365 * 86_400_000, 1e18]) {
    const delayMs = retryDelayMs(new TransferError('ERR_THROTTLED', 'x', { retryAfterMs }), 1);
    assert.ok(delayMs <= MAX_PAUSE_MS, `waits ${delayMs} ms`);
  }
});
