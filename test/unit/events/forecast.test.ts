// What is said of the room that is left, and above all when nothing is said.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Forecast } from '../../../src/events/forecast.js';
import { Stats } from '../../../src/events/stats.js';
import { localTime } from '../../../src/lib/text/local-time.js';

function forecast({ usage, room, earlier, settled = 0 }: Record<string, number | undefined> & { settled?: number }) {
  const stats = new Stats();
  stats.usageBytes = usage;
  if (settled > 0) stats.settle({ status: 'stored', bytes: settled, volume: 0 }, settled);
  return new Forecast({ stats, roomBytes: () => room!, earlierBytes: earlier });
}

test('warns of more than fits, and knows what is there already', () => {
  assert.match(
    forecast({ usage: 11_000, room: 10_000, earlier: 0 }).warning()!,
    / 11\.0 kB are still to be stored, and 10\.0 kB are free\./,
  );
  assert.equal(forecast({ usage: 10_000, room: 10_000, earlier: 0 }).warning(), undefined);
  assert.equal(forecast({ usage: 11_000, room: 10_000, earlier: 2_000 }).warning(), undefined);
  assert.equal(forecast({ usage: 11_000, room: 10_000, earlier: 0, settled: 2_000 }).warning(), undefined);
  assert.equal(forecast({ usage: undefined, room: 0, earlier: 0 }).warning(), undefined);
  assert.equal(forecast({ usage: 11_000, room: 0, earlier: undefined }).warning(), undefined);
});

test('tells when it is full once there is a rate, by the clock', () => {
  const full = forecast({ usage: 11_000, room: 10_000, earlier: 0 });
  assert.equal(full.secondsUntilFull(0), undefined);
  assert.equal(full.secondsUntilFull(100), 100);
  assert.match(full.prospect(100, 0)!, / 100 B\/s the disks are full at \S+, in 1m 40s\./);
  assert.ok(full.prospect(100, 0)!.includes(` at ${localTime(100_000)}, in `));
  assert.equal(forecast({ usage: 1, room: 10, earlier: 0 }).prospect(100, 0), undefined);
});
