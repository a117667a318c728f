// The counters, the speeds that follow from them, and the numbers as people read them.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { TransferError } from '../../../src/errors.js';
import { createMeter } from '../../../src/events/rate.js';
import { Stats, summarise } from '../../../src/events/stats.js';
import { formatBytes, formatCount, formatSeconds } from '../../../src/lib/text/units.js';
import type { Outcome } from '../../../src/model/outcome.js';

const failed: Outcome = { status: 'failed', error: new TransferError('ERR_SERVER', 'x') };
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.nat().map((bytes) => ({ status: 'stored' as const, bytes, volume: 0 })),
  fc.nat().map((bytes) => ({ status: 'skipped' as const, bytes, volume: 0 })),
  fc.nat().map((bytes) => ({ status: 'skipped' as const, bytes, volume: 0, wouldStore: true })),
  fc.constant<Outcome>({ status: 'gone' }),
  fc.constant(failed),
);

test('the stats balance for any outcomes: listed = stored + skipped + gone + failed', () => {
  fc.assert(
    fc.property(fc.array(outcome), (outcomes) => {
      const stats = new Stats();
      for (const one of outcomes) stats.settle(one, undefined);
      const { listed, stored, skipped, gone, failed: lost, bytes } = summarise(stats);
      assert.equal(listed, outcomes.length);
      assert.equal(stored + skipped + gone + lost, listed);
      assert.equal(
        bytes,
        outcomes.reduce((sum, one) => sum + (one.status === 'stored' ? one.bytes : 0), 0),
      );
    }),
  );
});

test('the summary has the fields of the contract, and more only where they say something', () => {
  let nowMs = 5_000;
  const stats = new Stats({ nowMs: () => nowMs });
  stats.settle({ status: 'stored', bytes: 10, volume: 0 }, 10);
  nowMs += 1_234.567;
  assert.deepEqual(summarise(stats), {
    event: 'summary',
    listed: 1,
    stored: 1,
    skipped: 0,
    gone: 0,
    failed: 0,
    bytes: 10,
    seconds: 1.235,
    checkedBy: { notRecorded: 1 },
  });
  stats.excluded = 3;
  stats.retries = 2;
  stats.settle({ status: 'skipped', bytes: 7, volume: 0, wouldStore: true }, 7);
  const { excluded, retries, wouldStore, wouldStoreBytes } = summarise(stats);
  assert.deepEqual([excluded, retries, wouldStore, wouldStoreBytes], [3, 2, 1, 7]);
  stats.settle({ status: 'skipped', bytes: 0, volume: 0, wouldStore: true }, undefined);
  assert.deepEqual([summarise(stats).wouldStore, summarise(stats).wouldStoreUnsized], [2, 1]);
});

test('of a list it says how many bytes were listed', () => {
  const stats = new Stats({ isListOnly: true });
  stats.settle({ status: 'skipped', bytes: 7, volume: 0 }, 7);
  assert.equal(summarise(stats).listedBytes, 7);
});

/** Stats and a meter on a clock that is set by hand. */
function metered() {
  const clock = { nowMs: 0 };
  const stats = new Stats({ nowMs: () => clock.nowMs });
  return { clock, stats, meter: createMeter(stats, { nowMs: () => clock.nowMs }) };
}

test('the speed is that of the last seconds', () => {
  const { clock, stats, meter } = metered();
  for (let second = 1; second <= 60; second++) {
    clock.nowMs = second * 1_000;
    const perSecond = second <= 30 ? 100 : 10;
    for (let index = 0; index < perSecond; index++) stats.settle({ status: 'stored', bytes: 1_000, volume: 0 }, 1_000);
    const { objectsPerSecond, bytesPerSecond } = meter();
    if (second === 30) assert.deepEqual([objectsPerSecond, bytesPerSecond], [100, 100_000]);
    if (second === 60) assert.deepEqual([objectsPerSecond, bytesPerSecond], [10, 10_000]);
  }
});

test('the first look divides by no zero', () => {
  const { meter } = metered();
  const { objectsPerSecond, bytesPerSecond, foundPerSecond, share, secondsLeft } = meter();
  assert.deepEqual(
    [objectsPerSecond, bytesPerSecond, foundPerSecond, share, secondsLeft],
    [0, 0, 0, undefined, undefined],
  );
});

test('share and time left are known once a total is', () => {
  const { clock, stats, meter } = metered();
  stats.found = 100;
  clock.nowMs = 10_000;
  for (let index = 0; index < 25; index++) stats.settle({ status: 'stored', bytes: 1, volume: 0 }, undefined);
  assert.equal(meter().share, undefined);
  stats.isListingDone = true;
  const { share, secondsLeft } = meter();
  assert.ok(share! > 0 && share! <= 1 && secondsLeft! > 0);
  for (let index = 0; index < 75; index++) stats.settle(failed, undefined);
  assert.deepEqual([meter().share, meter().secondsLeft], [1, 0]);
});

test('the share never leaves 0 to 1, whatever the server says of its bytes', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.nat(),
      fc.option(fc.nat()),
      fc.boolean(),
      (bytes, found, count, usage, isDone) => {
        const { stats, meter } = metered();
        stats.settle({ status: 'stored', bytes, volume: 0 }, bytes);
        for (let index = 0; index < count % 10; index++) stats.settle({ status: 'gone' }, 5);
        stats.found = found;
        stats.usageBytes = usage ?? undefined;
        stats.isListingDone = isDone;
        const { share } = meter();
        assert.ok(share === undefined || (share >= 0 && share <= 1), `share ${share}`);
      },
    ),
  );
});

test('bytes are shown in decimal units', () => {
  const table: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [31_337, '31.3 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_501, '1.0 MB'],
    [10e12, '10.0 TB'],
    [5e18, '5000 PB'],
  ];
  for (const [bytes, text] of table) assert.equal(formatBytes(bytes), text);
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => assert.match(formatBytes(bytes), /^\d{1,4}(\.\d)? [kMGTP]?B$/)));
});

test('counts have separators, durations their two largest parts', () => {
  assert.deepEqual([0, 1_234_567, 99.6].map(formatCount), ['0', '1,234,567', '100']);
  const table: [number, string][] = [
    [0.24, '0.2s'],
    [59, '59s'],
    [59.7, '1m'],
    [125, '2m 5s'],
    [3_600, '1h'],
    [93_784, '1d 2h'],
    [Number.POSITIVE_INFINITY, '?'],
  ];
  for (const [seconds, text] of table) assert.equal(formatSeconds(seconds), text);
});
