/** Small things that a run needs at its beginning. */
import { existsSync, fdatasync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type FailuresFile, openFailures } from '../../events/lists/failures.js';
import { withGone } from '../../events/lists/gone.js';
import type { Manifest } from '../../events/lists/manifest.js';
import type { Stats } from '../../events/stats.js';
import { RunNote } from '../../journal/run-note.js';
import { Limit } from '../../lib/streams/limit.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { ReservedRoom } from '../../sinks/state/reserved-room.js';
import type { Source } from '../../sources/source.js';
import type { Config } from '../options.js';
import { findNotes } from '../plan/job-place.js';
import type { JobPlan } from '../plan/plan-job.js';
import { isLister } from '../shared/shared-stats.js';
import type { Job } from './job.js';
import { outputFailure } from './output-failure.js';

/** Where a run lists what failed and what is gone; none on a dry run, and for a machine that only lists for others. */
export function openLists(config: Config, room: ReservedRoom | undefined): FailuresFile | undefined {
  const { failures, command, queue } = config;
  if (failures === undefined || isLister({ command: 'mirror', queue })) return undefined;
  const giveWayFor = (path: string) => room?.giveWayFor(path);
  if (command === 'list') return openFailures(failures, giveWayFor(failures));
  // A `fetch` mends a copy: what was gone from that before is so still.
  const whenNone = command === 'fetch' && queue === undefined ? 'keep' : 'remove';
  const gone = goneFileOf(config)!;
  return withGone(
    openFailures(failures, giveWayFor(failures)),
    openFailures(gone, giveWayFor(gone), { what: 'the list of what is gone', whenNone }),
  );
}

/** The list of what is gone; undefined where nothing is stored. */
export function goneFileOf({ command, to, isDryRun }: Config): string | undefined {
  return command === 'list' || isDryRun ? undefined : join(to[0]!, STATE_FOLDER, 'gone.ndjson');
}

/** The same, if there is something in it of what these stats count. */
export function toldGone(config: Config, { gone }: Stats): string | undefined {
  const path = goneFileOf(config);
  return gone > 0 && path !== undefined && existsSync(path) ? path : undefined;
}

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
export function limitOf({ limit }: Config, stats: Stats, enough: AbortController): Limit | undefined {
  if (limit === undefined) return undefined;
  const left = Math.max(0, limit - stats.settled);
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
  stats: Stats,
  job: Job | undefined,
): Promise<void> {
  if (include.length > 0 || exclude.length > 0 || limit !== undefined) return Promise.resolve();
  if (source.usageBytes === undefined) return Promise.resolve();
  return source.usageBytes().then(
    (bytes) => {
      stats.usageBytes = bytes;
      if (bytes !== undefined) job?.journal.enter({ t: 'usage', bytes });
    },
    () => {},
  );
}
