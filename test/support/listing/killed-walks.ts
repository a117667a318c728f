// A walk with a journal, whose process is gone after some pages, and another one that goes on.

import assert from 'node:assert/strict';
import { JobState } from '../../../src/journal/job-state.js';
import { Journal } from '../../../src/journal/journal.js';
import { loadJob } from '../../../src/journal/load.js';
import { Tally } from '../../../src/model/tally.js';
import { walk } from '../../../src/sources/listing/walk.js';
import type { Source } from '../../../src/sources/source.js';
import { listPacerOf } from '../pacers.js';

const JOB = { id: 'job', identity: { source: 'ranges://stub', filters: {}, volumes: [] }, pass: 1, startedAtMs: 0 };
const OPTIONS = { pacer: listPacerOf(3), signal: new AbortController().signal };

export function beginJob(path: string): Promise<Journal> {
  return Journal.open(path, JobState.fresh(JOB), { sequence: 0, isNew: true });
}

/** Loads what a killed run has left, as the next run does. */
export async function reopenJob(path: string): Promise<Journal> {
  const { state, problems, sequence } = loadJob(path);
  assert.deepEqual(problems, []);
  return Journal.open(path, state!, { sequence, isNew: false });
}

/** Walks on with a journal until so many pages are handed over; then the process is gone. Returns the keys that are done. */
export async function runUntilKilled(source: Source, journal: Journal, pages: number): Promise<string[]> {
  const { state } = journal;
  const done: string[] = [];
  const keys = new Map<number, string[]>();
  const onHandedOver = (n: number) => {
    const held = keys.get(n) ?? [];
    done.push(...held);
    const row = Object.assign(new Tally(), { stored: held.length }).toRow();
    journal.enter({ t: 'done', atMs: 0, pages: [[n, ...row]], failuresBytes: 0, activeMs: 0 });
  };
  const onListed: Journal['enter'] = (record) => journal.enter(record);
  const resume = { frontier: state.frontier, again: state.again, onListed, onHandedOver };
  let left = pages;
  for await (const { number, entries } of walk(source, '', { ...OPTIONS, resume })) {
    if (left-- === 0) break;
    keys.set(number, [...(keys.get(number) ?? []), ...entries.map(({ key }) => key)]);
  }
  await journal.flush();
  await journal.close();
  return done;
}
