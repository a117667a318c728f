// A job with a journal of its own whose pages are listed and settled by hand, and what its checkpoints do.

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Checkpointer, type CheckpointerOptions } from '../../src/journal/checkpointer.js';
import { JobState } from '../../src/journal/job-state.js';
import { Journal } from '../../src/journal/journal.js';
import { loadJob } from '../../src/journal/load.js';
import type { Outcome } from '../../src/model/outcome.js';
import type { PageProgress } from '../../src/model/page-progress.js';
import { tempFolder } from './disks/files.js';
import { turns } from './waiting.js';

const JOB = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: [] }, pass: 1, startedAtMs: 0 };
/** A job of one folder with endless pages, and what its checkpoints did, in order. */
export async function openJob(t: TestContext, more: Partial<CheckpointerOptions> = {}, pagesBefore = 0) {
  const path = join(tempFolder(t), 'journal');
  const state = JobState.fresh(JOB);
  const { frontier } = state;
  const newPage = () => {
    const nextCursor = `after ${frontier.lastPage}`;
    return frontier.listed(frontier.next()!, { nextCursor, scopes: [], rows: 1, bytes: 1, lastEntry: 'x' });
  };
  for (let page = 0; page < pagesBefore; page++) state.enterPage(newPage());
  const journal = await Journal.open(path, state, { sequence: 0, isNew: true });
  t.after(() => journal.close().catch(() => {}));
  const calls: string[] = [];
  const lines: string[] = [];
  const { sync, flush, failures, ...rest } = more;
  const checkpointer = new Checkpointer({
    journal,
    sync: async (volume) => {
      calls.push(`sync ${volume}`);
      await sync?.(volume);
    },
    flush: async () => {
      calls.push('flush');
      await flush?.();
    },
    failures: failures ?? {
      append: async (some) => {
        calls.push(`failures, ${inJournal()} in the journal`);
        lines.push(...some);
        return lines.join('').length;
      },
    },
    runMs: () => 1_000,
    ...rest,
  });
  const inJournal = () => loadJob(path).state?.totals.settled ?? 0;
  /** A page with one object for each outcome, settled unless it is to stay open. */
  function page(outcomes: readonly Outcome[], isOpen = false): PageProgress {
    const record = newPage();
    checkpointer.listed(record);
    const progress = checkpointer.page(record.n);
    progress.openBatches = 1;
    checkpointer.handedOver(record.n);
    for (const outcome of outcomes) progress.enter(outcome, 1);
    if (!isOpen) checkpointer.acknowledged(progress);
    return progress;
  }
  return { path, checkpointer, journal, calls, lines, page, inJournal, loaded: () => loadJob(path).state! };
}

/** Runs until the test is over or `stop` is called. */
export function run(t: TestContext, checkpointer: Checkpointer) {
  const controller = new AbortController();
  const ended = checkpointer.run(controller.signal);
  ended.catch(() => {});
  const stop = () => {
    controller.abort();
    return ended;
  };
  t.after(() => stop().catch(() => {}));
  return { ended, stop };
}

/** Whether it is settled once everything that can happen has happened. */
export async function isSettled(promise: Promise<unknown> | undefined): Promise<boolean> {
  let isDone = promise === undefined;
  promise?.then(
    () => (isDone = true),
    () => (isDone = true),
  );
  await turns();
  return isDone;
}
