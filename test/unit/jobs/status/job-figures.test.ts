// What is left of a job, how fast it goes and how long it will take, from the records of its journal.

import assert from 'node:assert/strict';
import test from 'node:test';
import { figuresOf } from '../../../../src/jobs/status/job-figures.js';
import { JobState } from '../../../../src/journal/job-state.js';
import type { PageRecord } from '../../../../src/journal/records.js';

const BEGUN_MS = 1_800_000_000_000;

function jobWith(filters: Record<string, string> = {}): JobState {
  const identity = { source: 'upyun://pics', filters, volumes: ['/to'] };
  const state = JobState.fresh({ id: 'x', identity, pass: 1, startedAtMs: BEGUN_MS });
  state.apply({ t: 'run', atMs: BEGUN_MS });
  return state;
}

/** The next page of the root, with objects of 1,000 bytes; the last one ends the listing. */
function list(state: JobState, n: number, count: number, isLast = false): void {
  const page: PageRecord = { t: 'page', n, f: 0, d: '', k: count, b: count * 1_000 };
  state.apply({ ...page, ...(n > 1 && { c: String(n - 1) }), ...(!isLast && { x: String(n) }) });
  assert.equal(state.orphans, 0);
}

interface CommittedPage {
  n: number;
  count: number;
  /** After the begin of the job. */
  atMs: number;
  activeMs?: number;
  excluded?: number;
}

/** All of the page's objects are stored. */
function commit(state: JobState, { n, count, atMs, activeMs = atMs, excluded = 0 }: CommittedPage): void {
  const row = [n, count, 0, 0, 0, count * 1_000, 0, count * 1_000, excluded];
  state.apply({ t: 'done', atMs: BEGUN_MS + atMs, pages: [row], failuresBytes: 0, activeMs });
}

test('left is what was listed and is not done; its bytes and time are known once the listing is complete', () => {
  const state = jobWith();
  list(state, 1, 100);
  list(state, 2, 50);
  commit(state, { n: 1, count: 100, atMs: 10_000 });
  const open = figuresOf(state, undefined, BEGUN_MS + 20_000);
  assert.deepEqual([open.left, open.leftBytes, open.secondsLeft], [50, undefined, undefined]);
  list(state, 3, 50, true);
  const { left, leftBytes, secondsLeft } = figuresOf(state, undefined, BEGUN_MS + 20_000);
  assert.deepEqual([left, leftBytes, secondsLeft], [100, 100_000, 10]);
});

test('one large object says nothing of how long the many small ones take', () => {
  const state = jobWith();
  list(state, 1, 100);
  list(state, 2, 300, true);
  const row = [1, 100, 0, 0, 0, 5_000_000, 0, 5_000_000, 0];
  state.apply({ t: 'done', atMs: BEGUN_MS + 10_000, pages: [row], failuresBytes: 0, activeMs: 10_000 });
  assert.equal(figuresOf(state, undefined, BEGUN_MS + 20_000).secondsLeft, 30);
});

test('while the listing goes on, what the bucket says it holds stands for the total, unless it has been passed', () => {
  const state = jobWith();
  list(state, 1, 100);
  commit(state, { n: 1, count: 100, atMs: 10_000 });
  state.apply({ t: 'usage', bytes: 400_000 });
  const { left, leftBytes, secondsLeft } = figuresOf(state, undefined, BEGUN_MS + 20_000);
  assert.deepEqual([left, leftBytes, secondsLeft], [0, 300_000, 30]);
  state.apply({ t: 'usage', bytes: 100_000 });
  assert.equal(figuresOf(state, undefined, BEGUN_MS + 20_000).leftBytes, undefined);
});

test('objects that the filters leave out are neither done nor left', () => {
  const state = jobWith({ exclude: '*.psd' });
  list(state, 1, 100);
  list(state, 2, 100, true);
  commit(state, { n: 1, count: 10, excluded: 90, atMs: 10_000 });
  const { left, leftBytes, secondsLeft } = figuresOf(state, undefined, BEGUN_MS + 20_000);
  assert.deepEqual([left, leftBytes, secondsLeft], [100, 100_000, 10]);
});

test('with a limit no more is left than the limit allows', () => {
  const state = jobWith({ limit: '120' });
  list(state, 1, 100);
  list(state, 2, 100);
  commit(state, { n: 1, count: 100, atMs: 10_000 });
  const { left, leftBytes, secondsLeft } = figuresOf(state, undefined, BEGUN_MS + 20_000);
  assert.deepEqual([left, leftBytes, secondsLeft], [20, undefined, 2]);
});

test('nothing is left of a job that is finished, whatever a limit has left open', () => {
  const state = jobWith({ limit: '100' });
  list(state, 1, 100);
  list(state, 2, 100);
  commit(state, { n: 1, count: 100, atMs: 10_000 });
  state.apply({ t: 'end', atMs: BEGUN_MS + 10_000 });
  const { left, leftBytes, secondsLeft } = figuresOf(state, undefined, BEGUN_MS + 20_000);
  assert.deepEqual([left, leftBytes, secondsLeft], [0, 0, 0]);
});

test('the rate of a job that does not run is that of the time it was active; none was, none is said', () => {
  const state = jobWith();
  assert.equal(figuresOf(state, undefined, BEGUN_MS).objectsPerSecond, undefined);
  list(state, 1, 100);
  commit(state, { n: 1, count: 100, atMs: 100_000, activeMs: 20_000 });
  const { objectsPerSecond, bytesPerSecond } = figuresOf(state, undefined, BEGUN_MS + 900_000);
  assert.deepEqual([objectsPerSecond, bytesPerSecond], [5, 5_000]);
});

/** A page of that many objects is done at each of these seconds after the begin. */
function progress(pages: readonly (readonly [second: number, count: number])[]): JobState {
  const state = jobWith();
  for (const [index, [second, count]] of pages.entries()) {
    list(state, index + 1, count);
    commit(state, { n: index + 1, count, atMs: second * 1_000 });
  }
  return state;
}

const rateAt = (state: JobState, second: number, sinceSecond = 0) =>
  figuresOf(state, BEGUN_MS + sinceSecond * 1_000, BEGUN_MS + second * 1_000).objectsPerSecond;

test('the rate of a running job is that of the last minute, until now', () => {
  const state = progress([
    [10, 9_000],
    [100, 100],
    [110, 200],
    [120, 200],
  ]);
  assert.equal(rateAt(state, 120), 20);
  assert.equal(rateAt(state, 140), 10, 'nothing has come since');
  assert.ok(rateAt(state, 1_000)! < 1, 'and then it hangs');
});

test('a slow job has a rate, too, from its first checkpoint on', () => {
  assert.equal(rateAt(progress([]), 10), 0);
  assert.equal(rateAt(progress([[10, 100]]), 20), 5);
  assert.equal(
    rateAt(
      progress([
        [100, 500],
        [300, 1_000],
      ]),
      350,
    ),
    4,
  );
});

test('what earlier runs did, and the time between them, is no part of the rate', () => {
  const state = progress([
    [10, 5_000],
    [500, 100],
  ]);
  assert.equal(rateAt(state, 510, 490), 5);
});
