// A folder that could not be listed when the run was killed: the next run lists all of it, and not only its first page.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { JobState } from '../../../src/journal/job-state.js';
import type { LogRecord } from '../../../src/journal/records.js';
import { Tally } from '../../../src/model/tally.js';
import { walk } from '../../../src/sources/listing/walk.js';
import { listPacerOf } from '../../support/pacers.js';
import { treeSource } from '../../support/source-stub.js';

const JOB = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: [] }, pass: 1, startedAtMs: 0 };
const OPTIONS = { pacer: listPacerOf(2), signal: new AbortController().signal };

const row = (key: string) => ({ key, size: 10 });
const TREE: Record<string, object> = {
  '#': { entries: [row('top')], directories: ['d', 'e'] },
  'd#': { entries: [row('d/a')], directories: ['d/sub'], nextCursor: '2' },
  'd#2': { entries: [row('d/b')] },
  'd/sub#': { entries: [row('d/sub/x')] },
  'e#': { entries: [row('e/y')] },
};
const KEYS = ['d/a', 'd/b', 'd/sub/x', 'e/y', 'top'];

/** The bucket, in which some places cannot be listed. */
function source(broken: readonly string[] = [], doubted?: { isEndKnown: boolean }) {
  return treeSource((directory, cursor = '') => {
    const place = `${directory}#${cursor}`;
    if (place === 'd#' && doubted !== undefined) {
      const nextCursor = doubted.isEndKnown ? '2' : undefined;
      return { ...TREE[place], nextCursor, doubt: { error: new TransferError('ERR_LISTING', 'odd'), ...doubted } };
    }
    if (broken.includes(place)) throw new TransferError('ERR_SERVER', 'refused');
    return TREE[place]!;
  });
}

/** One run; what is done of it is told to the journal unless it is killed before. */
async function run(state: JobState, broken: readonly string[], isKilled: boolean, doubted?: { isEndKnown: boolean }) {
  state.apply({ t: 'run', atMs: 0 });
  const { source: bucket, asked } = source(broken, doubted);
  const keys: string[] = [];
  const failures: string[] = [];
  const tallies = new Map<number, Tally>();
  const records: LogRecord[] = [];
  const resume = {
    frontier: state.frontier,
    again: [...state.uncommitted.values()],
    onListed: (record: LogRecord & { t: 'page' }) => {
      records.push(record);
      state.enterPage(record);
    },
    onHandedOver() {},
  };
  for await (const { number, entries, rejects } of walk(bucket, '', { ...OPTIONS, resume })) {
    const tally = tallies.get(number) ?? new Tally();
    for (const { key, size } of entries) {
      keys.push(key);
      tally.settle({ status: 'stored', bytes: 1, volume: 0 }, size);
    }
    for (const { entry, error } of rejects) {
      failures.push(entry.key);
      tally.settle({ status: 'failed', error }, undefined);
    }
    tallies.set(number, tally);
  }
  const pages = [...tallies].map(([n, tally]) => [n, ...tally.toRow()]);
  if (!isKilled) state.apply({ t: 'done', atMs: 0, pages, failuresBytes: 0, activeMs: 0 });
  return { keys: keys.sort(), failures, asked, records };
}

const balance = ({ found, foundBytes, totals, uncommitted }: JobState) => [
  found,
  foundBytes,
  totals.settled,
  totals.settledBytes,
  uncommitted.size,
];

for (const place of ['d#', 'd#2']) {
  test(`killed after ${place} had failed: the next run lists it, what follows and what is below it`, async () => {
    const state = JobState.fresh(JOB);
    const first = await run(state, [place], true);
    assert.deepEqual(first.failures, ['d']);
    // The journal is read again, as it was when the process died.
    const loaded = JobState.fresh(JOB);
    for (const record of first.records) loaded.apply(record);
    const second = await run(loaded, [], false);
    assert.deepEqual([second.keys, second.failures], [KEYS, []]);
    assert.deepEqual(balance(loaded), [5, 50, 5, 50, 0]);
  });

  test(`failed again at ${place}: it is told and counted once, and not listed a third time`, async () => {
    const state = JobState.fresh(JOB);
    await run(state, [place], true);
    const second = await run(state, [place], false);
    assert.deepEqual(second.failures, ['d']);
    const { found, totals, uncommitted } = state;
    assert.deepEqual([found, totals.settled, totals.failed, uncommitted.size], [second.keys.length + 1, found, 1, 0]);
    const third = await run(state, [], false);
    assert.deepEqual([third.asked, third.keys], [[], []]);
  });
}

test('a page that has objects, or is followed by another, is listed again as the page that it was', async () => {
  const state = JobState.fresh(JOB);
  await run(state, [], true);
  const numbers = [...state.uncommitted.keys()];
  const second = await run(state, [], false);
  assert.deepEqual([second.keys, second.records], [KEYS, []]);
  assert.equal(numbers.length, 5);
  assert.deepEqual(balance(state), [5, 50, 5, 50, 0]);
});

for (const isEndKnown of [true, false]) {
  test(`killed after a page had been read in part, its end ${isEndKnown ? '' : 'un'}known: the next run does not call it complete`, async () => {
    const state = JobState.fresh(JOB);
    const first = await run(state, [], true, { isEndKnown });
    assert.deepEqual(first.failures, ['d']);
    const loaded = JobState.fresh(JOB);
    for (const record of first.records) loaded.apply(record);
    // What the page did not give then, folders above all, is not looked for: so it is told.
    const second = await run(loaded, [], false);
    assert.deepEqual(second.failures, ['d']);
    assert.deepEqual(second.keys, isEndKnown ? KEYS : KEYS.filter((key) => key !== 'd/b'));
    assert.equal(loaded.uncommitted.size, 0);
  });
}
