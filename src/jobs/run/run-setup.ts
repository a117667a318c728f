/** Small parts that a run needs at its start. */
import { existsSync, fdatasync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { EventBus } from '../../events/bus.js';
import { type FailuresFile, openFailures } from '../../events/lists/failures.js';
import { withGone } from '../../events/lists/gone.js';
import type { Manifest } from '../../events/lists/manifest.js';
import type { Stats } from '../../events/stats.js';
import { RunNote } from '../../journal/run-note.js';
import { Limit } from '../../lib/streams/limit.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { titleOf } from '../../sources/registry.js';
import type { Source } from '../../sources/source.js';
import { say } from '../../texts/say.js';
import { findNotes } from '../plan/job-place.js';
import type { JobPlan } from '../plan/plan-job.js';
import type { Config } from '../run-options.js';
import { isLister } from '../shared/shared-stats.js';
import { outputFailure } from './output-failure.js';
import type { ResumableJob } from './resumable-job.js';

/**
 * Opens the lists of failures and gone objects. Undefined for a dry run, and for a machine that only lists for others.
 */
export function openLists(config: Config, reserved: ReservedSpace | undefined): FailuresFile | undefined {
  const { failures, command, queue } = config;
  if (failures === undefined || isLister({ command: 'mirror', queue })) return undefined;
  const giveWayFor = (path: string) => reserved?.giveWayFor(path);
  if (command === 'list') return openFailures(failures, giveWayFor(failures));
  // A `fetch` repairs a copy, so objects that were gone before are still gone.
  const whenNone = command === 'fetch' && queue === undefined ? 'keep' : 'remove';
  const gone = goneFileOf(config);
  if (gone === undefined) return withGone(openFailures(failures), NO_LIST);
  return withGone(
    openFailures(failures, giveWayFor(failures)),
    openFailures(gone, giveWayFor(gone), { what: say.lists.goneFile, whenNone }),
  );
}

/** Without a folder that keeps the state there is no list of gone objects. */
const NO_LIST: FailuresFile = { path: '', record: () => undefined, close: async () => {} };

/** Path of the list of gone objects. Undefined when the command stores nothing. */
function goneFileOf({ command, to, isDryRun }: Config): string | undefined {
  return command === 'list' || isDryRun || to[0] === undefined ? undefined : join(to[0], STATE_FOLDER, 'gone.ndjson');
}

/** The same path, if the list names an object that these stats count. */
export function toldGone(config: Config, { gone }: Stats): string | undefined {
  const path = goneFileOf(config);
  return gone > 0 && path !== undefined && existsSync(path) ? path : undefined;
}

/** Flushes, besides the volumes, what a committed page needs: the manifest, or the lines of a listing. */
export function flushOf({ command }: Config, output: Writable, manifest: Manifest | undefined): () => Promise<void> {
  const { fd } = output as { fd?: number };
  if (command !== 'list' || fd === undefined) return async () => manifest?.flush();
  // A pipe cannot be synced. Its reader owns the bytes that it took.
  return () =>
    new Promise((resolve, reject) => {
      fdatasync(fd, (error) =>
        error === null || UNSYNCABLE.has(error.code ?? '') ? resolve() : reject(outputFailure(error)),
      );
    });
}

/** The error codes of a sync on a pipe, a terminal or a special file. */
const UNSYNCABLE: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EROFS']);

/** The note that `status` reads. A run with --queue reports its progress elsewhere, and a dry run has none. */
export function beginNote({ command, to, state, isDryRun, queue }: Config, plan: JobPlan | undefined) {
  const isNowhere = command === 'list' ? plan === undefined : to[0] === undefined;
  if (isDryRun || queue !== undefined || isNowhere) return undefined;
  const { runNote, fetchNote } = findNotes(command === 'list' ? { file: state! } : { folder: to[0]! });
  const path = command === 'fetch' ? fetchNote! : runNote;
  return RunNote.begin(path, { job: plan?.state.id, run: plan?.state.runs });
}

/** The rest of --limit, after the objects that earlier runs of the job settled. */
export function limitOf({ limit }: Config, stats: Stats, limitReached: AbortController): Limit | undefined {
  if (limit === undefined) return undefined;
  const left = Math.max(0, limit - stats.settled);
  if (left === 0) limitReached.abort();
  return new Limit(left, () => limitReached.abort());
}

/** The first thing to know of a run: what goes where. Also when the folder is the default. */
export function nameDestination(
  { command, isDryRun, queue }: Config,
  url: string,
  { places, events }: { places: readonly string[]; events: Pick<EventBus, 'notice'> },
): void {
  if (isLister({ command, queue })) return;
  const line = say.jobs.destination(titleOf(url), places);
  events.notice('destination', isDryRun ? say.jobs.dryRun(line) : line);
}

/** Progress bars would mix with the printed lines. */
export function printsToTerminal({ command, isDryRun }: Config, output: Writable): boolean {
  return (command === 'list' || isDryRun) && (output as NodeJS.WriteStream).isTTY;
}

/**
 * For the progress display and the forecast only, so a missing answer or a refusal is not a failure. Filters make
 * the number meaningless for the forecast.
 */
export function askUsage(
  { include, exclude, limit }: Config,
  source: Source,
  stats: Stats,
  job: ResumableJob | undefined,
): Promise<void> {
  const isPartly = include.length > 0 || exclude.length > 0 || limit !== undefined;
  if (source.usageBytes === undefined) return Promise.resolve();
  return source.usageBytes().then(
    (bytes) => {
      stats.bucketBytes = bytes;
      if (isPartly) return;
      stats.usageBytes = bytes;
      if (bytes !== undefined) job?.journal.enter({ t: 'usage', bytes });
    },
    () => {},
  );
}
