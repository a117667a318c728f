import assert from 'node:assert/strict';
import test from 'node:test';
import { Gauges } from '../../../../src/events/gauges.js';
import { Stats } from '../../../../src/events/stats.js';
import { Waits } from '../../../../src/jobs/run/waits.js';
import { Limits } from '../../../../src/pacing/limits/limits.js';

function setUp() {
  const state = { nowMs: 1_000_000, progress: 0, isBusy: true, isThrottled: false, banSeconds: 0 };
  const stats = new Stats();
  const gauges = new Gauges();
  gauges.add('limits', () => ({ isThrottled: state.isThrottled, banSeconds: state.banSeconds }));
  const limits = new Limits(
    { bytesPerSecond: undefined, objectsPerSecond: undefined, listsPerSecond: undefined },
    { signal: new AbortController().signal },
  );
  const waits = new Waits({
    ...{ stats, gauges, limits },
    progress: () => state.progress,
    isBusy: () => state.isBusy,
    nowMs: () => state.nowMs,
  });
  const read = () => waits.read().map(({ what, since }) => `${what} ${Date.parse(since)}`);
  return { state, stats, waits, read };
}

test('an outage is told since the moment that it began, and only as long as it lasts', () => {
  const { stats, read } = setUp();
  stats.outages.set('objects', 999_000);
  assert.deepEqual(read(), ['outage 999000']);
  stats.outages.clear();
  assert.deepEqual(read(), []);
});

test('pauses that come again and again are one, and end when none has come for a while', () => {
  const { state, read } = setUp();
  state.isThrottled = true;
  assert.deepEqual(read(), ['throttle 1000000']);
  state.isThrottled = false;
  state.nowMs += 5_000;
  assert.deepEqual(read(), ['throttle 1000000']);
  state.isThrottled = true;
  assert.deepEqual(read(), ['throttle 1000000']);
  state.isThrottled = false;
  state.nowMs += 10_000;
  state.progress++;
  assert.deepEqual(read(), []);
});

test('a ban is told with its end, and not as a slow-down, too', () => {
  const { state, waits } = setUp();
  Object.assign(state, { isThrottled: true, banSeconds: 60 });
  const [ban, ...others] = waits.read();
  assert.deepEqual([ban?.what, Date.parse(ban!.until!), others], ['ban', 1_060_000, []]);
});

test('silence is told where there is work and nothing moves for long, unless the reason is known', () => {
  const { state, stats, read } = setUp();
  read();
  state.nowMs += 14_000;
  assert.deepEqual(read(), []);
  state.nowMs += 2_000;
  assert.deepEqual(read(), ['silence 1000000']);
  stats.outages.set('objects', 1_000_500);
  assert.deepEqual(read(), ['outage 1000500']);
  stats.outages.clear();
  state.progress++;
  assert.deepEqual(read(), []);
  state.isBusy = false;
  state.nowMs += 60_000;
  assert.deepEqual(read(), []);
});
