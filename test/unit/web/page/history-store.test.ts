// What the charts draw: the history of Sluice, and what the page has seen since.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { HistoryPoint } from '../../../../src/events/picture/watch.js';
import { columnsOf, mostFrequent, spanOf, stacked } from '../../../../src/web/page/charts/columns.js';
import { HistoryStore } from '../../../../src/web/page/data/history-store.js';
import type { Payload } from '../../../../src/web/payload.js';
import { healthyPicture } from '../../../support/dashboard/pictures.js';

const NOW_MS = Date.parse('2026-12-01T03:12:00Z');

const point = (atMs: number, more: Partial<HistoryPoint> = {}): HistoryPoint => ({
  ...{ atMs, objectsPerSecond: 1, bytesPerSecond: 2, requests: 3 },
  ...more,
});

/** A picture each second, with one more timeout in each. */
function picture(second: number, changes: Partial<Payload> = {}): Payload {
  const made = healthyPicture({}, NOW_MS + second * 1_000);
  const requests = { ...made.requests, retriesByCode: { ERR_TIMEOUT: 100 + second } };
  return { ...made, requests, hasControls: true, ...changes };
}

test('pictures become a point every ten seconds, and a minute of the day every six points', () => {
  const store = new HistoryStore();
  store.replace({ recent: [point(NOW_MS)], day: [point(NOW_MS)] });
  for (let second = 1; second <= 65; second++) store.add(picture(second));
  const recent = store.points('hour');
  // The last one is the tip: it moves each second.
  assert.deepEqual(
    recent.map(({ atMs }) => (atMs - NOW_MS) / 1_000),
    [0, 11, 21, 31, 41, 51, 61, 65],
  );
  assert.deepEqual(recent[1]!.codes, { ERR_TIMEOUT: 10 });
  assert.deepEqual(recent.at(-1)!.codes, { ERR_TIMEOUT: 4 });
  const perMinute = recent.slice(1).map(({ codes, seconds }) => (codes!.ERR_TIMEOUT! * 60) / seconds);
  assert.deepEqual(perMinute, Array(7).fill(60), 'one each second, at the tip as well');
  const day = store.points('day');
  assert.equal(day.length, 3);
  assert.deepEqual(day[1]!.codes, { ERR_TIMEOUT: 60 });
});

test('no more than an hour stays', () => {
  const store = new HistoryStore();
  for (let second = 0; second < 4_000; second += 10) store.add(picture(second));
  assert.ok(store.points('hour').length <= 362, `${store.points('hour').length} points`);
});

test('an hour without points of its own shows the minutes of the runs before', () => {
  const store = new HistoryStore();
  const minutes = [90, 30, 10].map((ago) => point(NOW_MS - ago * 60_000));
  const shown = () => store.points('hour').map(({ atMs, seconds }) => [(atMs - NOW_MS) / 60_000, seconds]);
  store.replace({ recent: [], day: minutes });
  assert.deepEqual(shown(), [
    [-30, 60],
    [-10, 60],
  ]);
  store.replace({ recent: [point(NOW_MS - 15 * 60_000)], day: minutes });
  assert.deepEqual(shown(), [
    [-30, 60],
    [-15, 10],
  ]);
});

test('an ended job adds nothing', () => {
  const store = new HistoryStore();
  store.replace({ recent: [point(NOW_MS - 9e6)], day: [] });
  store.add(picture(1, { phase: 'ended' }));
  assert.equal(store.points('hour').length, 1);
});

test('the line breaks where no run was', () => {
  const points = [0, 10_000, 70_000, 300_000].map((ms) => ({ ...point(NOW_MS + ms), seconds: 10 }));
  const { times, values } = columnsOf(points, [({ bytesPerSecond }) => bytesPerSecond, ({ p50 }) => p50]);
  assert.deepEqual(
    times.map((time) => time - NOW_MS / 1_000),
    [0, 10, 70, 71, 300],
  );
  assert.deepEqual(values, [
    [2, 2, 2, null, 2],
    [null, null, null, null, null],
  ]);
});

test('a young job fills the chart', () => {
  const minute = 60;
  const spanMinutes = (points: HistoryPoint[]) => {
    const [from, to] = spanOf(points, 'hour', NOW_MS);
    return (to - from) / minute;
  };
  assert.equal(spanMinutes([]), 5);
  assert.equal(spanMinutes([point(NOW_MS - 20 * 60_000)]), 20);
  assert.equal(spanMinutes([point(NOW_MS - 90 * 60_000)]), 60);
});

test('codes are stacked, the most frequent first', () => {
  assert.deepEqual(
    stacked([
      [1, null, 2],
      [10, null, 20],
      [100, null, 200],
    ]),
    [
      [111, null, 222],
      [110, null, 220],
      [100, null, 200],
    ],
  );
  const points = [point(NOW_MS, { codes: { A: 1, B: 5 } }), point(NOW_MS, { codes: { A: 1, C: 2 } })];
  assert.deepEqual(mostFrequent(points, 2), { codes: ['B', 'A'], hasOthers: true });
});
