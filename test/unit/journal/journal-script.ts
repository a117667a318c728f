// Run as a process of its own by journal.test.ts, with a crash point: enters a job and says after each flush what is safe.

import { writeSync } from 'node:fs';
import { JobState } from '../../../src/journal/job-state.js';
import { Journal } from '../../../src/journal/journal.js';
import { loadJob } from '../../../src/journal/load.js';
import { Tally } from '../../../src/model/tally.js';

/** Small pages, many of them in one flush: each second or third flush compacts. */
const FLUSHES = 12;
const PAGES_PER_FLUSH = 8;

const path = process.argv[2]!;
const job = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: [] }, pass: 1, startedAtMs: 0 };
const { state: earlier, sequence } = loadJob(path);
const state = earlier ?? JobState.fresh(job);
const journal = await Journal.open(path, state, { sequence, isNew: earlier === undefined, compactionBytes: 100 });
const { frontier } = state;

function enterPage(): void {
  const frame = frontier.next();
  if (frame === undefined) throw new Error('the folder goes on for ever');
  const nextCursor = `after ${frontier.lastPage}`;
  journal.enter(frontier.listed(frame, { nextCursor, scopes: [], rows: 1, bytes: 10, lastEntry: 'x' }));
}

function commit(numbers: readonly number[]): void {
  if (numbers.length === 0) return;
  const tally = new Tally();
  tally.stored = 1;
  const pages = numbers.map((n) => [n, ...tally.toRow()]);
  journal.enter({ t: 'done', atMs: 0, pages, failuresBytes: frontier.lastPage, activeMs: 0 });
}

for (let flush = 0; flush < FLUSHES; flush++) {
  const open = [...state.uncommitted.keys()];
  for (let page = 0; page < PAGES_PER_FLUSH; page++) enterPage();
  commit(open);
  writeSync(1, `entered ${state.found} ${state.totals.stored}\n`);
  await journal.flush();
  writeSync(1, `flushed ${state.found} ${state.totals.stored}\n`);
}
await journal.close();
