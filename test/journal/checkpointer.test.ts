// Checkpoints: the order of what makes a page safe, pages that have to wait for their disk, limits, and nobody who waits for ever.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../src/errors.js';
import { Checkpointer, type CheckpointerOptions } from '../../src/journal/checkpointer.js';
import { JobState } from '../../src/journal/job-state.js';
import { Journal } from '../../src/journal/journal.js';
import { loadJob } from '../../src/journal/load.js';
import { tempFolder } from '../support/files.js';
import { deferred, rejection, turns } from '../support/waiting.js';

const JOB = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: [] }, pass: 1, startedAtMs: 0 };

async function start(t: TestContext, more: Partial<CheckpointerOptions> = {}) {
  const path = join(tempFolder(t), 'journal');
  const state = JobState.fresh(JOB);
  const journal = await Journal.open(path, state, { sequence: 0, isNew: true });
  t.after(() => journal.close());
  const calls: string[] = [];
  const checkpointer = new Checkpointer({
    journal,
    sync: async (volume) => void calls.push(`sync ${volume}`),
    flush: async () => void calls.push('flush'),
    failures: {
      append: async (lines) => {
        calls.push(`failures ${lines.join()} with ${journal.state.totals.settled} retired`);
        return 100 + lines.length;
      },
    },
    runMs: () => 5,
    ...more,
  });
  /** Lists a page of one object and settles it, on that volume. */
  function page(volume?: number) {
    const frame = state.frontier.next()!;
    const isLast = state.frontier.lastPage >= 50;
    const nextCursor = isLast ? undefined : `${state.frontier.lastPage}`;
    const record = state.frontier.listed(frame, { nextCursor, directories: [], rows: 1, bytes: 1, lastEntry: 'k' });
    checkpointer.listed(record);
    const progress = checkpointer.page(record.n);
    progress.openParts = 1;
    return {
      progress,
      number: record.n,
      settle() {
        progress.enter(volume === undefined ? { status: 'gone' } : { status: 'stored', bytes: 1, volume }, 1);
        checkpointer.handedOver(record.n);
        checkpointer.acknowledged(progress);
      },
    };
  }
  const reload = () => loadJob(path).state!;
  return { path, journal, state, calls, checkpointer, page, reload };
}

test('disks first, then what else has to be safe, then the failures, and the journal last', async (t) => {
  const { calls, checkpointer, page, reload } = await start(t);
  const [first, second, open] = [page(1), page(0), page(0)];
  await checkpointer.recordFailure(first.progress, 'line of 1');
  await checkpointer.recordFailure(open.progress, 'line of an open page');
  first.settle();
  second.settle();
  await checkpointer.checkpoint();
  assert.deepEqual(calls, ['sync 1', 'sync 0', 'flush', 'failures line of 1 with 0 retired']);
  const { totals, unretired, failuresBytes, activeMs } = reload();
  assert.deepEqual([totals.stored, [...unretired.keys()], failuresBytes, activeMs], [2, [open.number], 101, 5]);
  assert.deepEqual([...checkpointer.openFailures()], ['line of an open page']);
});

test('a page is settled only when all of it was handed over and every part acknowledged', async (t) => {
  const { checkpointer, page, state } = await start(t);
  const { progress, number } = page(0);
  checkpointer.acknowledged(progress);
  await checkpointer.checkpoint();
  assert.equal(state.unretired.size, 1);
  checkpointer.handedOver(number);
  await checkpointer.checkpoint();
  assert.equal(state.unretired.size, 0);
});

test('a disk that cannot be synced holds its pages and only them, also when it says nothing the next time', async (t) => {
  const unsynced: number[] = [];
  const syncs: number[] = [];
  const { checkpointer, page, reload } = await start(t, {
    sync: async (volume) => {
      syncs.push(volume);
      if (volume === 1 && syncs.filter((one) => one === 1).length === 1)
        throw new TransferError('ERR_DISK', 'lost writes');
    },
    onUnsynced: (volume) => void unsynced.push(volume),
  });
  const [good, bad] = [page(0), page(1)];
  good.settle();
  bad.settle();
  await checkpointer.checkpoint();
  const later = page(1);
  later.settle();
  await checkpointer.checkpoint();
  assert.deepEqual([checkpointer.heldPages, unsynced], [2, [1]]);
  assert.deepEqual([...reload().unretired.keys()], [bad.number, later.number]);
});

test('what is settled while a checkpoint is taken belongs to the next one, and two at once do not mix', async (t) => {
  const gate = deferred();
  const { checkpointer, page, reload, state } = await start(t, { sync: () => gate.promise });
  const first = page(0);
  first.settle();
  const taking = checkpointer.checkpoint();
  await turns(2);
  const second = page(0);
  second.settle();
  const again = checkpointer.checkpoint();
  gate.resolve();
  await taking;
  assert.ok(state.unretired.has(second.number));
  await again;
  assert.equal(reload().totals.stored, 2);
});

test('the listing waits while too many pages are unretired, and goes on after a checkpoint', {
  timeout: 20_000,
}, async (t) => {
  const { checkpointer, page } = await start(t, { unretiredLimit: 3 });
  const pages = [page(0), page(0), page(0)];
  const stop = new AbortController();
  const running = checkpointer.run(stop.signal);
  let hasRoom = false;
  const waiting = Promise.resolve(checkpointer.room()).then(() => {
    hasRoom = true;
  });
  await turns(20);
  assert.equal(hasRoom, false);
  pages[0]!.settle();
  await waiting;
  assert.equal(checkpointer.room(), undefined);
  stop.abort();
  await running;
});

test('failures that wait for their page are bounded, and the flow goes on after a checkpoint', {
  timeout: 20_000,
}, async (t) => {
  const { checkpointer, page } = await start(t);
  const { progress, settle } = page(0);
  const line = 'x'.repeat(1024 * 1024);
  let waiting: Promise<void> | undefined;
  let count = 0;
  const stop = new AbortController();
  const running = checkpointer.run(stop.signal);
  while (waiting === undefined) {
    waiting = checkpointer.recordFailure(progress, line);
    assert.ok(++count < 20, 'never asked to wait');
  }
  settle();
  await waiting;
  assert.equal(page(0).progress.failureLines.length, 0);
  stop.abort();
  await running;
});

test('once it has ended nobody waits for a checkpoint any more', { timeout: 20_000 }, async (t) => {
  const { checkpointer, page } = await start(t, { unretiredLimit: 1 });
  page(0);
  const stop = new AbortController();
  const running = checkpointer.run(stop.signal);
  const waiting = checkpointer.room();
  stop.abort();
  await running;
  await waiting;
  await checkpointer.room();
});

test('a journal that cannot be written ends the run, and nothing is written behind what is missing', async (t) => {
  const { checkpointer, page, journal } = await start(t);
  await journal.close();
  page(0).settle();
  const error = await rejection<TransferError>(checkpointer.run(new AbortController().signal));
  assert.deepEqual([error.code, error.verdict], ['ERR_STATE', 'fatal']);
  page(0).settle();
  assert.equal(await rejection(checkpointer.checkpoint()), error);
});

test('a journal that has grown is compacted under way: nothing is lost, nothing entered twice', async (t) => {
  const path = join(tempFolder(t), 'journal');
  const state = JobState.fresh(JOB);
  const journal = await Journal.open(path, state, { sequence: 0, isNew: true, compactionBytes: 500 });
  t.after(() => journal.close());
  for (let n = 1; n <= 60; n++) {
    const frame = state.frontier.next()!;
    const flushing = journal.flush();
    const record = state.frontier.listed(frame, {
      nextCursor: `${n}`,
      directories: [],
      rows: 1,
      bytes: 1,
      lastEntry: 'k',
    });
    journal.enter(record);
    if (n % 3 === 0)
      journal.enter({ t: 'done', atMs: n, pages: [[n, 1, 0, 0, 0, 1, 0, 1, 0]], failuresBytes: 0, activeMs: n });
    await flushing;
  }
  await journal.flush();
  const { state: loaded, problems, sizeBytes } = loadJob(path);
  assert.deepEqual([problems, loaded!.orphans], [[], 0]);
  assert.deepEqual([loaded!.found, loaded!.totals.stored, loaded!.unretired.size], [60, 20, 40]);
  assert.ok(sizeBytes < 10_000, `${sizeBytes} bytes`);
});
