// What a run keeps of its past: percentiles, points of time, and their file, whatever that file is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { Buckets, coarsened, percentileOf } from '../../../../src/events/history/buckets.js';
import { RunHistory } from '../../../../src/events/history/history.js';
import { HistoryFile } from '../../../../src/events/history/history-file.js';
import { Latencies } from '../../../../src/events/history/latencies.js';
import type { HistoryPoint } from '../../../../src/events/picture/watch.js';
import { tempFolder } from '../../../support/disks/files.js';

const pointAt = (atMs: number, more: Partial<HistoryPoint> = {}): HistoryPoint => ({
  ...{ atMs, objectsPerSecond: 1, bytesPerSecond: 2, requests: 3, ...more },
});

test('each value is counted below the first bound that is not less', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (value) => {
      const buckets = new Buckets({ least: 1, steps: 4, doublings: 17 });
      const index = buckets.indexOf(value);
      const first = buckets.bounds.findIndex((bound) => value <= bound * (1 + 1e-9));
      assert.equal(index, first === -1 ? buckets.bounds.length : first);
    }),
  );
});

test('coarser bounds count the same values', () => {
  const buckets = new Buckets({ least: 1, steps: 4, doublings: 3 });
  for (const value of [0.5, 1, 1.1, 2, 2.1, 4, 8, 9]) buckets.add(value);
  const { bounds, counts, sum } = coarsened(buckets, 4, 1e-3);
  assert.deepEqual(bounds, [0.001, 0.002, 0.004, 0.008]);
  assert.deepEqual([...(counts as Float64Array)], [2, 2, 2, 1, 1]);
  assert.ok(Math.abs(sum - 0.0277) < 1e-9);
});

test('a percentile is at most a fifth off', () => {
  const values = fc.array(fc.integer({ min: 2, max: 100_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 0.9, 0.99), (all, share) => {
      const buckets = new Buckets({ least: 1, steps: 4, doublings: 17 });
      for (const value of all) buckets.add(value);
      const sorted = all.toSorted((one, other) => one - other);
      const right = sorted[Math.ceil(share * sorted.length) - 1]!;
      const found = percentileOf(buckets.bounds, buckets.counts, share)!;
      assert.ok(found >= right / 1.2 && found <= right * 1.2, `${found} for ${right}`);
    }),
  );
});

test('percentiles forget what is older than a minute', () => {
  const latencies = new Latencies();
  assert.equal(latencies.lastMinute, undefined);
  for (let count = 0; count < 10; count++) latencies.add(1_000);
  assert.ok(latencies.lastMinute!.p50 > 800);
  for (let slot = 0; slot < 5; slot++) latencies.endSlot();
  assert.ok(latencies.lastMinute!.p99 > 800, 'within the minute');
  assert.equal(latencies.slot, undefined, 'not within the ten seconds');
  latencies.add(10);
  latencies.endSlot();
  latencies.endSlot();
  assert.ok(latencies.lastMinute!.p99 < 20, JSON.stringify(latencies.lastMinute));
  assert.equal(latencies.distribution.sum, 10.01);
});

test('an hour of ten seconds and a day of minutes are kept, and no more', () => {
  const minutes: HistoryPoint[] = [];
  const history = new RunHistory([pointAt(1)], (point) => minutes.push(point));
  for (let count = 1; count <= 6 * 1_500; count++)
    history.add(pointAt(count * 10, { objectsPerSecond: count % 6, codes: { ERR_SERVER: 1 } }), {
      ...{ p50: 1, p90: 2, p99: 3 },
    });
  const { recent, day } = history.points;
  assert.deepEqual([recent.length, day.length, minutes.length], [360, 1_440, 1_500]);
  const point = { atMs: 90_000, objectsPerSecond: 2.5, bytesPerSecond: 2, requests: 3 };
  assert.deepEqual(day.at(-1), { ...point, codes: { ERR_SERVER: 6 }, p50: 1, p90: 2, p99: 3 });
  history.precede([pointAt(2), pointAt(3)]);
  assert.equal(history.points.day.length, 1_440);
});

const NOW = 1_700_000_000_000;

test('the file keeps the minutes of the last day across runs', async (t) => {
  const path = join(tempFolder(t), 'history.ndjson');
  const file = new HistoryFile(path);
  assert.deepEqual(await file.read(NOW), []);
  const old = pointAt(NOW - 86_400_001);
  const points = [
    pointAt(NOW - 120_000, { codes: { ERR_SERVER: 2 }, state: 'throttled' }),
    pointAt(NOW, { p50: 1, p90: 2, p99: 3 }),
  ];
  for (const point of [old, ...points]) file.append(point);
  await file.close();
  assert.deepEqual(await new HistoryFile(path).read(NOW), points);
});

test('what is damaged in the file is left out', async (t) => {
  const path = join(tempFolder(t), 'history.ndjson');
  const good = JSON.stringify(pointAt(NOW));
  const bad = [
    ...['', 'null', '[]', '1', '{', '\u0000\u0000', '"text"', '{"atMs":1}', `${good}${good}`, good.slice(0, -3)],
    ...[pointAt(NOW, { objectsPerSecond: -1 }), pointAt(Number.MAX_VALUE), pointAt(NOW + 3_600_000)].map((one) =>
      JSON.stringify(one),
    ),
    `{"atMs":${NOW},"objectsPerSecond":"1","bytesPerSecond":1,"requests":1}`,
  ];
  const odd = JSON.stringify({
    ...pointAt(NOW + 1),
    ...{ p50: 'fast', state: 'toString', codes: { '<b>': 1, ERR_SERVER: 2, ERR_DISK: 'x' }, other: 'field' },
  });
  writeFileSync(path, [...bad, good, odd].join('\n'));
  const file = new HistoryFile(path);
  assert.deepEqual(await file.read(NOW), [pointAt(NOW), pointAt(NOW + 1, { codes: { ERR_SERVER: 2 } })]);
  // The last line has no end: what follows is a line of its own.
  file.append(pointAt(NOW + 2));
  await file.close();
  assert.deepEqual((await file.read(NOW)).at(-1), pointAt(NOW + 2));
});

test('a huge file is read in part, and begins again', async (t) => {
  const path = join(tempFolder(t), 'history.ndjson');
  writeFileSync(path, '');
  truncateSync(path, 50 * 1024 ** 3);
  const file = new HistoryFile(path);
  assert.deepEqual(await file.read(), []);
  file.append(pointAt(Date.now()));
  await file.close();
  assert.ok(statSync(path).size < 10_000);
  assert.equal((await file.read()).length, 1);
});

test('a file of two days shrinks to one', async (t) => {
  const path = join(tempFolder(t), 'history.ndjson');
  const now = Date.now();
  const lines = Array.from({ length: 20_000 }, (_, index) => JSON.stringify(pointAt(now - index * 60_000)));
  writeFileSync(path, lines.reverse().join('\n'));
  const file = new HistoryFile(path);
  file.append(pointAt(now));
  await file.close();
  const kept = readFileSync(path, 'utf8').trim().split('\n');
  assert.ok(kept.length <= 1_442, `${kept.length} lines`);
});

test('a link, a folder and a pipe in its place are left alone', async (t) => {
  const folder = tempFolder(t);
  const target = join(folder, 'target');
  writeFileSync(target, `${JSON.stringify(pointAt(Date.now()))}\n`);
  const before = readFileSync(target, 'utf8');
  symlinkSync(target, join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  assert.equal(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0);
  for (const name of ['link', 'folder', 'pipe', join('target', 'below')]) {
    const file = new HistoryFile(join(folder, name));
    assert.deepEqual(await file.read(), [], name);
    file.append(pointAt(Date.now()));
    await file.close();
  }
  assert.equal(readFileSync(target, 'utf8'), before);
});
