/** Small things that a run needs at its beginning. */
import { fdatasync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Config } from '../config/config.js';
import { Limit } from '../flow/limit.js';
import { RunNote } from '../journal/run-note.js';
import type { Books } from '../report/books.js';
import type { Manifest } from '../report/manifest.js';
import type { Source } from '../sources/source.js';
import { outputFailure } from './conclude.js';
import type { Job } from './job.js';
import { findNotes } from './job-place.js';
import type { JobPlan } from './plan-job.js';

/** What has to be safe, besides the volumes, before a page counts as done: the manifest, or the lines of a listing. */
export function flushOf({ command }: Config, output: Writable, manifest: Manifest | undefined): () => Promise<void> {
  const { fd } = output as { fd?: number };
  if (command !== 'list' || fd === undefined) return async () => manifest?.flush();
  // A pipe cannot be synced; what it has taken is its reader's.
  return () =>
    new Promise((resolve, reject) => {
      fdatasync(fd, (error) =>
        error === null || UNSYNCABLE.has(error.code ?? '') ? resolve() : reject(outputFailure(error)),
      );
    });
}

/** What a pipe, a terminal or a special file says to a sync. */
const UNSYNCABLE: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EROFS']);

/** What `status` can ask for: a run with others says elsewhere how far it is, a dry run is none. */
export function beginNote({ command, to, state, isDryRun, queue }: Config, plan: JobPlan | undefined) {
  if (isDryRun || queue !== undefined || (command === 'list' && plan === undefined)) return undefined;
  const { runNote, fetchNote } = findNotes(command === 'list' ? { file: state! } : { folder: to[0]! });
  const path = command === 'fetch' ? fetchNote! : runNote;
  return RunNote.begin(path, { job: plan?.state.id, run: plan?.state.runs });
}

/** What is left of --limit, after what earlier runs of the job have settled. */
export function limitOf({ limit }: Config, books: Books, enough: AbortController): Limit | undefined {
  if (limit === undefined) return undefined;
  const left = Math.max(0, limit - books.settled);
  if (left === 0) enough.abort();
  return new Limit(left, () => enough.abort());
}

/** Bars between the lines of the data would spoil both. */
export function printsToTerminal({ command, isDryRun }: Config, output: Writable): boolean {
  return (command === 'list' || isDryRun) && (output as NodeJS.WriteStream).isTTY;
}

/** For the progress display and the forecast only: no answer, or a refusal, is no failure. Says nothing where filters make it meaningless. */
export function askUsage(
  { include, exclude, limit }: Config,
  source: Source,
  books: Books,
  job: Job | undefined,
): Promise<void> {
  if (include.length > 0 || exclude.length > 0 || limit !== undefined) return Promise.resolve();
  return source.usageBytes().then(
    (bytes) => {
      books.usageBytes = bytes;
      if (bytes !== undefined) job?.journal.enter({ t: 'usage', bytes });
    },
    () => {},
  );
}
