// What is noted between two checkpoints: the next run believes it, unless there is a reason not to.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { Checkpointer } from '../../../src/journal/checkpointer.js';
import type { JobState } from '../../../src/journal/job-state.js';
import type { Journal } from '../../../src/journal/journal.js';
import type { Outcome } from '../../../src/model/outcome.js';
import { openJob } from '../../support/checkpoints.js';

const FAILED: Outcome = { status: 'failed', error: new TransferError('ERR_SERVER', 'no') };
const on = (volume: number): Outcome => ({ status: 'stored', bytes: 1, volume });
const NOTED = { handOver: async () => {} };
const numbers = (pages: Iterable<{ n: number }>) => [...pages].map(({ n }) => n);

/** What the next run makes of a journal. */
function nextRun(state: JobState, medium: string | undefined): JobState {
  state.apply({ t: 'run', atMs: 1, ...(medium !== undefined && { medium }) });
  return state;
}

test('a settled page is noted without a sync, with all that it takes to commit it later', async (t) => {
  const { checkpointer, journal, page, calls, loaded } = await openJob(t, NOTED);
  journal.enter({ t: 'run', atMs: 0, medium: 'here' });
  const settled = page([on(1), FAILED], true);
  await checkpointer.recordFailure(settled, 'the line');
  checkpointer.acknowledged(settled);
  page([on(0)], true);
  await checkpointer.note();
  assert.deepEqual(calls, [], 'nothing was synced');
  const state = nextRun(loaded(), 'here');
  assert.deepEqual([state.totals.settled, state.settledTotals.settled, state.knownTotals.settled], [0, 2, 3]);
  assert.deepEqual([[...state.uncommitted.keys()], numbers(state.again)], [[1, 2], [2]]);

  const done: string[] = [];
  const resumed = new Checkpointer({
    journal: { state, enter: state.apply.bind(state), flush: async () => {} } as unknown as Journal,
    sync: async (volume) => void done.push(`sync ${volume}`),
    failures: {
      append: async (lines) => {
        done.push(...lines);
        return 8;
      },
    },
    runMs: () => 1,
  });
  assert.deepEqual([...resumed.openFailures()], ['the line']);
  await resumed.checkpoint();
  assert.deepEqual(done, ['sync 1', 'the line']);
  assert.deepEqual([state.totals.stored, state.totals.codes, state.failuresBytes], [1, { ERR_SERVER: 1 }, 8]);
  assert.deepEqual([state.settled.size, [...state.uncommitted.keys()]], [0, [2]]);
  assert.equal(resumed.page(2).known.stored, 1, 'what was stored of the open page');
});

for (const [name, medium] of [
  ['another medium', 'there'],
  ['a medium that nobody knows', undefined],
] as const) {
  test(`${name}: a settled page is listed again, and what was stored of it counts as stored`, async (t) => {
    const { checkpointer, journal, page, loaded } = await openJob(t, NOTED);
    journal.enter({ t: 'run', atMs: 0, ...(medium !== undefined && { medium: 'here' }) });
    page([on(0), on(0), { status: 'skipped', bytes: 1, volume: 0 }]);
    await checkpointer.note();
    const state = nextRun(loaded(), medium);
    assert.deepEqual([numbers(state.again), state.settled.size, state.settledTotals.settled], [[1], 0, 0]);
    assert.equal(state.partly.get(1)?.stored, 2);
  });
}

test('a disk that cannot be synced takes back what was noted, and its pages are not noted any more', async (t) => {
  const sync = async (volume: number) => {
    if (volume === 1) throw new TransferError('ERR_DISK', 'lost writes');
  };
  const { checkpointer, journal, page, loaded } = await openJob(t, { ...NOTED, sync });
  journal.enter({ t: 'run', atMs: 0, medium: 'here' });
  page([on(0)]);
  page([on(0), on(1)]);
  await checkpointer.note();
  assert.deepEqual(numbers(loaded().settled.values()), [1, 2]);
  await checkpointer.checkpoint();
  const failed = loaded();
  assert.deepEqual([failed.totals.stored, failed.settled.size, numbers(failed.again)], [1, 0, [2]]);
  page([on(1)]);
  page([on(0)]);
  await checkpointer.note();
  assert.deepEqual(numbers(nextRun(loaded(), 'here').again), [2, 3], 'the fourth is on a healthy disk');
});

test('what belongs to a page is with the system before the page is noted, and a page is noted once', async (t) => {
  const seen: number[] = [];
  const { checkpointer, page, loaded, journal } = await openJob(t, {
    handOver: async () => void seen.push(loaded().settled.size),
  });
  page([on(0)]);
  await checkpointer.note();
  assert.deepEqual([seen, loaded().settled.size], [[0], 1]);
  await checkpointer.checkpoint();
  const { settled } = journal.state;
  await checkpointer.note();
  assert.deepEqual([settled.size, loaded().settled.size, loaded().totals.stored], [0, 0, 1]);
});

test('without anything to hand over to, nothing is noted', async (t) => {
  const { checkpointer, page, loaded } = await openJob(t);
  page([on(0)]);
  await checkpointer.note();
  await checkpointer.checkpoint();
  assert.deepEqual([loaded().partly.size, loaded().totals.stored], [0, 1]);
});
