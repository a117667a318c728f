// A job that is cut off: when it has come so far, what its journal says then, and what the next run asks for.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { JobState } from '../../../src/journal/job-state.js';
import { loadJob } from '../../../src/journal/load.js';
import type { AnyRecord, PageRecord } from '../../../src/journal/records.js';
import { readLog } from '../../../src/lib/line-log/line-log.js';
import { textOf } from '../../../src/model/scope.js';
import type { UpyunServer } from '../../fakes/upyun/upyun-server.js';
import { takeRequests } from './contents.js';
import { type Running, until } from './harness.js';
import type { CliResult } from './result.js';

/** What the server was asked for; a page is named by its folder and its cursor. */
export interface Asked {
  readonly pages: string[];
  readonly keys: string[];
}

/** Takes the requests since the last call out of the log. */
export function takeAsked(server: UpyunServer): Asked {
  const requests = takeRequests(server);
  const lists = requests.filter(({ kind }) => kind === 'list');
  const pages = lists.map(({ key, headers }) => pageName(key.replace(/\/$/, ''), headers['x-list-iter']));
  const keys = requests.filter(({ kind }) => kind === 'get').map(({ key }) => key);
  return { pages: pages.sort(), keys: keys.sort() };
}

/** A page of Upyun, by its folder and its cursor. */
export function pageName(folder: string, cursor: string | string[] | undefined): string {
  return `${folder} ${cursor ?? ''}`;
}

export function journalIn(folder: string): string {
  return join(folder, '.sluice', 'journal');
}

/**
 * The pages that a journal calls done, or settled where the next run believes that, of those that its present file speaks of.
 * `nameOf`: as the requests of that store are named.
 */
export function donePages(path: string, nameOf: (scope: string, cursor: string | undefined) => string = pageName) {
  const pages = new Map<number, PageRecord>();
  const numbers = new Set<number>();
  let isBelieved = false;
  for (const { value } of readLog(path).lines) {
    const record = value as AnyRecord;
    if (record.t === 'page') pages.set(record.n, record);
    if (record.t === 'open') pages.set(record.page.n, record.page);
    if (record.t === 'totals') isBelieved = record.medium !== undefined;
    if (record.t === 'done') for (const [n] of record.pages) numbers.add(n as number);
    if (record.t === 'note' && isBelieved) for (const { n } of record.settled) numbers.add(n);
  }
  return [...numbers].map((n) => nameOf(textOf(pages.get(n)!.d), pages.get(n)!.c)).sort();
}

/** Names in `all` that are not in `some`; both may hold a name several times. */
export function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...all];
  for (const name of some) {
    const index = left.indexOf(name);
    if (index !== -1) left.splice(index, 1);
  }
  return left;
}

/** Waits until the journal of a running job says so. */
export async function untilJob(path: string, what: string, isThere: (state: JobState) => boolean): Promise<void> {
  await until(what, () => {
    const { state } = loadJob(path);
    return state !== undefined && isThere(state);
  });
}

/** Ends a run by SIGKILL when its journal has come so far. */
export async function killWhen({ child, result }: Running, path: string, isThere: (state: JobState) => boolean) {
  await untilJob(path, 'the state at which it is killed', isThere);
  child.kill('SIGKILL');
  const killed = await result;
  assert.equal(killed.signal, 'SIGKILL');
  return killed;
}

/** Of a summary with a job. */
export function runsOf({ summary }: CliResult): unknown {
  return (summary as unknown as Record<string, unknown>).runs;
}
