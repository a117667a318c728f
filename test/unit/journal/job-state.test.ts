// What a job remembers, record by record: each page counts once whatever comes twice, and nothing is forgotten by a snapshot.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Frontier } from '../../../src/journal/frontier.js';
import { JobState } from '../../../src/journal/job-state.js';
import type { AnyRecord, DoneRecord, JobRecord, PageRecord, SettledPage } from '../../../src/journal/records.js';
import { snapshotOf } from '../../../src/journal/snapshot.js';
import { Tally } from '../../../src/model/tally.js';

const JOB = {
  id: 'job',
  identity: { source: 'upyun://stub', filters: { include: '*.jpg' }, volumes: ['/a', '/b'] },
  pass: 3,
  startedAtMs: 5,
};

/** The nth page of SOURCE, with two objects of 10 bytes each. */
function pageOf(n: number, more: Partial<PageRecord> = {}): PageRecord {
  const cursor = n === 1 ? {} : { c: `c${n - 1}` };
  return { t: 'page', n, f: 0, d: '', ...cursor, x: `c${n}`, k: 2, b: 20, l: `k${n}`, ...more };
}

/** One object stored and one failed on each of these pages. */
function doneOf(numbers: readonly number[], more: Partial<DoneRecord> = {}): DoneRecord {
  const tally = new Tally();
  Object.assign(tally, { stored: 1, failed: 1, bytes: 10, settledBytes: 20, codes: { ERR_SERVER: 1 } });
  const pages = numbers.map((n) => [n, ...tally.toRow()]);
  return { t: 'done', atMs: 100, pages, failuresBytes: 50, activeMs: 7, ...more };
}

const storedRow = (stored: number) => Object.assign(new Tally(), { stored, bytes: stored * 10 }).toRow();

/** All of that page is stored, on the first disk. */
const noted = (n: number): SettledPage => ({ n, v: [0], tally: storedRow(2) });

function stateOf(...records: Parameters<JobState['apply']>[0][]): JobState {
  const state = JobState.fresh(JOB);
  for (const record of records) state.apply(record);
  return state;
}

/** Through the text of a file and back. */
function restored(state: JobState): JobState {
  const [job, ...records] = JSON.parse(JSON.stringify(snapshotOf(state, 9))) as AnyRecord[];
  const copy = new JobState(job as JobRecord, new Frontier());
  for (const record of records) if (record.t !== 'ready') copy.apply(record as never);
  return copy;
}

test('a page counts as found when it is listed, and as settled when it is done', () => {
  const state = stateOf(pageOf(1), pageOf(2), doneOf([1]));
  assert.deepEqual([state.found, state.foundBytes, state.totals.settled, state.totals.bytes], [4, 40, 2, 10]);
  assert.deepEqual([...state.uncommitted.keys()], [2]);
  assert.deepEqual([state.failuresBytes, state.activeMs, state.orphans], [50, 7, 0]);
});

test('a record that comes again counts once, and a page that nobody listed is never done', () => {
  const state = stateOf(pageOf(1), pageOf(1), doneOf([1, 1]), doneOf([1, 8]), pageOf(1));
  assert.deepEqual([state.found, state.totals.settled, state.totals.codes], [2, 2, { ERR_SERVER: 1 }]);
  assert.deepEqual([state.uncommitted.size, state.orphans], [0, 2]);
});

test('a note counts until its page is done, and not for a page that is done or unknown', () => {
  const note = (...pages: number[]) => ({ t: 'note' as const, settled: pages.map(noted), partly: [], activeMs: 3 });
  const state = stateOf(pageOf(1), pageOf(2), doneOf([2]), note(1, 2, 9));
  assert.deepEqual([[...state.settled.keys()], state.again, state.knownTotals.settled], [[1], [], 4]);
  state.apply(doneOf([1]));
  assert.deepEqual([state.settled.size, state.totals.settled, state.knownTotals.settled], [0, 4, 4]);
  state.apply({ t: 'note', settled: [], partly: [[1, ...storedRow(1)]], activeMs: 4 });
  assert.deepEqual([state.partly.size, state.activeMs], [0, 4]);
});

test('a page behind a lost one is an orphan: not found, not open, and its folder goes on before it', () => {
  const state = stateOf(pageOf(1), pageOf(3), doneOf([1, 3]));
  assert.deepEqual([state.found, state.totals.settled, state.uncommitted.size, state.orphans], [2, 2, 0, 1]);
  assert.deepEqual([state.frontier.next()?.cursor, state.frontier.lastPage], ['c1', 3]);
});

test('a page that is open remembers what it takes to list it again, and not its subfolders', () => {
  const state = stateOf(pageOf(1, { s: ['x', 'y'], m: 'y' }));
  assert.deepEqual([...state.uncommitted.values()], [pageOf(1, { m: 'y' })]);
  const folders = [state.frontier.next(), state.frontier.next()].map((frame) => frame?.scope);
  assert.deepEqual(folders, ['x', 'y']);
});

test('the last words about a disk count, and a new run looks at all of them anew', () => {
  const volume = (root: string, state: string) => ({ t: 'volume' as const, root, state });
  const state = stateOf(volume('/a', 'full'), volume('/b', 'full'), volume('/a', 'in'));
  assert.deepEqual(state.volumes, [volume('/b', 'full'), volume('/a', 'in')]);
  state.apply({ t: 'run', atMs: 1 });
  assert.deepEqual([state.volumes, state.runs], [[], 1]);
});

test('checkpoints are remembered for a while, the newest ones', () => {
  const state = JobState.fresh(JOB);
  for (let n = 1; n <= 100; n++) for (const record of [pageOf(n), doneOf([n], { atMs: n })]) state.apply(record);
  const { checkpoints } = state;
  assert.deepEqual(checkpoints.at(-1), { atMs: 100, settled: 200, bytes: 1_000 });
  assert.ok(checkpoints.length < 100 && checkpoints[0]!.atMs === 101 - checkpoints.length);
});

test('a snapshot forgets nothing, read back it is the same one, and what happens later does not show in it', () => {
  const state = stateOf(
    { t: 'run', atMs: 1, medium: 'here' },
    { t: 'usage', bytes: 99 },
    { t: 'weights', weights: [1, 2], ids: ['i', 'j'], isFresh: true },
    { t: 'volume', root: '/a', state: 'full', reason: 'no space' },
    pageOf(1, { s: ['x', 'a\ud800', ''], m: '' }),
    pageOf(2),
    doneOf([2]),
    pageOf(3),
    { t: 'note', settled: [noted(1)], partly: [[3, ...storedRow(1)]], activeMs: 8 },
  );
  state.frontier.next();
  const snapshot = snapshotOf(state, 9);
  const text = JSON.stringify(snapshot);
  const copy = restored(state);
  assert.equal(JSON.stringify(snapshotOf(copy, 9)), text);
  const { usageBytes, weights, volumeIds, runs, uncommitted, isListed, isFinished } = copy;
  assert.deepEqual([usageBytes, weights, volumeIds, runs], [99, [1, 2], ['i', 'j'], 1]);
  assert.deepEqual([[...uncommitted.keys()], isListed, isFinished], [[1, 3], false, false]);
  assert.deepEqual([copy.again.map(({ n }) => n), copy.partly.get(3)?.stored, copy.activeMs], [[3], 1, 8]);
  assert.deepEqual([copy.frontier.lastFrame, copy.frontier.lastPage], [1, 3]);
  for (const one of [state, copy]) for (const record of [pageOf(4), doneOf([1, 4])]) one.apply(record);
  assert.equal(JSON.stringify(snapshot), text);
  assert.equal(JSON.stringify(snapshotOf(copy, 9)), JSON.stringify(snapshotOf(state, 9)));
});

test('a job that is finished stays so', () => {
  const state = stateOf(pageOf(1, { x: undefined } as never), doneOf([1]), { t: 'end', atMs: 1 });
  const copy = restored(state);
  assert.deepEqual([copy.isFinished, copy.isListed, copy.uncommitted.size, copy.totals.settled], [true, true, 0, 2]);
  assert.equal(restored(stateOf(pageOf(1))).isFinished, false);
});
