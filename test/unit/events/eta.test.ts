// What is left, and how long it takes: from this run alone, and only while something moves.

import assert from 'node:assert/strict';
import test from 'node:test';
import { createMeter, type MeterOptions } from '../../../src/events/rate.js';
import { Stats } from '../../../src/events/stats.js';
import { Tally } from '../../../src/model/tally.js';

/** A run on a clock that is set by hand. `work` stores objects of 1 kB at a rate, with a look each second. */
function run(found: number, options: MeterOptions = {}, earlier?: { settled: number; activeMs: number }) {
  const clock = { nowMs: 0 };
  const stats = new Stats({ nowMs: () => clock.nowMs });
  if (earlier !== undefined) {
    const settledTotals = new Tally();
    settledTotals.stored = earlier.settled;
    settledTotals.settledBytes = earlier.settled * 1_000;
    stats.resume({ settledTotals, found, foundBytes: found * 1_000, activeMs: earlier.activeMs, runs: 2 });
  }
  stats.found = found;
  stats.foundBytes = found * 1_000;
  stats.isListingDone = true;
  const meter = createMeter(stats, { ...options, nowMs: () => clock.nowMs });
  const work = (seconds: number, perSecond: number) => {
    let last = meter();
    for (let second = 0; second < seconds; second++) {
      clock.nowMs += 1_000;
      for (let index = 0; index < perSecond; index++) {
        stats.listed++;
        stats.settle({ status: 'stored', bytes: 1_000, volume: 0 }, 1_000);
      }
      last = meter();
    }
    return last;
  };
  return { clock, stats, meter, work };
}

const near = (value: number | undefined, wanted: number, share = 0.02) =>
  assert.ok(value !== undefined && Math.abs(value - wanted) <= wanted * share, `${value}, not ${wanted}`);

test('a steady run ends when its rate says', () => {
  const { work } = run(10_000);
  near(work(20, 100).secondsLeft, 80);
  near(work(70, 100).secondsLeft, 10);
});

test('a run that resumes knows nothing of the speed of earlier runs', () => {
  const { meter, work } = run(10_000, {}, { settled: 5_000, activeMs: 1_000 });
  assert.equal(meter().secondsLeft, undefined);
  const { secondsLeft, objectsPerSecond, share } = work(10, 10);
  near(secondsLeft, 490);
  assert.equal(objectsPerSecond, 10);
  near(share, 0.51);
});

test('nothing moves: no time; after an outage the time is that of before', () => {
  const { stats, work } = run(100_000);
  near(work(60, 100).secondsLeft, 940);
  stats.outages.set('objects', 0);
  assert.equal(work(3_600, 0).secondsLeft, undefined);
  stats.outages.delete('objects');
  near(work(3, 100).secondsLeft, 937);
  assert.equal(work(11, 0).secondsLeft, undefined);
});

test('a throttle counts: the time follows the new rate within minutes', () => {
  const { work } = run(1_000_000);
  near(work(600, 100).secondsLeft, 9_400);
  const soon = work(30, 10).secondsLeft!;
  assert.ok(soon > 10_000 && soon < 94_000, `${soon}`);
  near(work(600, 10).secondsLeft, 93_370, 0.1);
});

test('large objects are limited by their bytes', () => {
  const { clock, stats, meter } = run(10);
  stats.foundBytes = 10e9;
  clock.nowMs = 10_000;
  stats.arrivingBytes = 1e9;
  near(meter().secondsLeft, 90);
});

test('no share of 1 while something is left, and an estimate says so', () => {
  const { stats, work, meter } = run(100_000);
  stats.settledBytes = 100_000_000;
  assert.equal(meter().share, 0.999);
  stats.isListingDone = false;
  assert.deepEqual([meter().share, meter().total, work(10, 1).secondsLeft], [undefined, undefined, undefined]);
  stats.bucketBytes = 200_000_000;
  assert.deepEqual([meter().total, meter().isEstimate], [200_000, true]);
});

test('with a filter the rest is taken to be like what was listed; a limit bounds it', () => {
  const { stats, work, meter } = run(1_000, { isFiltered: true });
  work(1, 50);
  stats.excluded = 150;
  assert.deepEqual([meter().total, meter().isEstimate], [250, true]);
  stats.excluded = 950;
  assert.deepEqual([meter().total, meter().isEstimate, meter().share], [50, false, 1]);
  const limited = run(1_000, { limit: 20 });
  assert.equal(limited.work(1, 10).share, 0.5);
  assert.equal(limited.work(1, 10).share, 1);
});

test('of a job that machines share this one knows no total', () => {
  const { work } = run(1_000, { isShared: true });
  const { total, share, secondsLeft } = work(10, 10);
  assert.deepEqual([total, share, secondsLeft], [undefined, undefined, undefined]);
});
