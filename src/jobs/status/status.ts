/** `status`: the progress of a job, from its files alone. It holds a lock only during a look, and changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { localError } from '../../errors.js';
import { checksOf } from '../../events/stats.js';
import type { JobState } from '../../journal/job-state.js';
import { type LoadedJob, loadJob } from '../../journal/load.js';
import { type LockHolder, lockHolder } from '../../journal/lock.js';
import { STATE_FOLDER } from '../../model/key.js';
import { checkStateFile, checkStateFolder } from '../../sinks/state/state-files.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { findJob, type JobPlace } from '../plan/job-place.js';
import type { JobFiles } from '../run-options.js';
import { type Figures, figuresOf } from './job-figures.js';
import { type LeftOver, leftOver } from './job-retried.js';
import { notesOf } from './job-runs.js';
import { lookAtVolumes } from './job-volumes.js';
import { type Status, statusLines, type VolumeStatus } from './status-text.js';
import { lookSteadily } from './steady-look.js';

/** `fetch` holds the lock too, but it has no job. A run with `--queue` has its job elsewhere. */
const JOB_COMMANDS: ReadonlySet<string> = new Set(['sluice mirror', 'sluice list']);

/** The status of the job in this place. Rejects with ERR_STATE, or ERR_VOLUME, when its files cannot be read. */
export async function readStatus(place: JobFiles, nowMs: () => number = Date.now): Promise<Status> {
  return (await readJob(place, nowMs)).status;
}

/** The status, and what it was read from. */
export interface ReadJob {
  readonly status: Status;
  readonly place: JobPlace;
  /** Undefined when there is no job, or when the run has not written anything yet. */
  readonly state: JobState | undefined;
}

/** The same, with the state of the job. */
export async function readJob(place: JobFiles, nowMs: () => number = Date.now): Promise<ReadJob> {
  checkPlace(place);
  const found = findJob(place);
  if ('folder' in place && found.path !== place.folder) checkPlace({ folder: found.path });
  const { holder, loaded } = await read(found);
  return { status: await statusOf(found, { holder, loaded }, nowMs), place: found, state: loaded.state };
}

/** The same as text. */
export function statusText(status: Status, place: JobFiles): string[] {
  return statusLines(status, noJob(findJob(place)));
}

/** A pipe would never answer, and a device would never end. No run starts there either. */
function checkPlace(place: JobFiles): void {
  if ('folder' in place) checkStateFolder(place.folder);
  else if (existsSync(place.file)) checkStateFile(place.file);
}

function noJob({ path }: JobPlace): string {
  if (!existsSync(path)) return say.jobs.plan.noJobThere(path);
  const isShare = existsSync(join(path, STATE_FOLDER, 'queue', 'worker.json'));
  return isShare ? say.jobs.plan.noJobButShare(path) : say.jobs.plan.noJob(path);
}

interface Found {
  holder: LockHolder | undefined;
  loaded: LoadedJob;
}

async function statusOf(place: JobPlace, { holder, loaded }: Found, nowMs: () => number): Promise<Status> {
  const { state } = loaded;
  const problems = [...place.problems, ...loaded.problems];
  const isRunning = holder !== undefined && JOB_COMMANDS.has(holder.command);
  const head = {
    event: 'status' as const,
    ...(holder && { pid: holder.pid, command: holder.command, runningSince: holder.startedAt }),
    ...(problems.length > 0 && { problems }),
  };
  // A run that has just started has not written anything yet.
  if (state === undefined)
    return { ...head, ...notesOf(place, undefined, holder), state: isRunning ? 'running' : 'none' };
  const left = await leftOver(place, state, isRunning);
  const runningSinceMs = isRunning ? Date.parse(holder.startedAt) : undefined;
  const figures = figuresOf(state, runningSinceMs, nowMs());
  const volumes = await lookAtVolumes(state.identity.volumes, state.volumes);
  return {
    ...head,
    state: isRunning ? 'running' : state.isFinished ? 'finished' : 'interrupted',
    ...historyOf(state),
    ...countsOf(state, left),
    ...figures,
    ...(isRunning && { secondsUntilFull: secondsUntilFull(figures, volumes) }),
    ...checkpointOf(state, nowMs()),
    ...notesOf(place, state, holder),
    journal: place.journal,
    failuresFile: left.failuresFile,
    goneFile: left.goneFile,
    volumes,
    problems,
  };
}

/** The journal, and the process that holds the lock. */
function read(place: JobPlace): Promise<Found> {
  return lookSteadily(
    () => lockHolder(place.lock),
    () => load(place.journal),
  );
}

function load(path: string): LoadedJob {
  try {
    return loadJob(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return { state: undefined, problems: [], sequence: 0, sizeBytes: 0 };
    throw localError('ERR_STATE', say.disks.journal.unreadable(path, systemText(error, path)), error);
  }
}

/** Known only when all disks report their free space, and the rest of the work is known. */
function secondsUntilFull(
  { leftBytes, bytesPerSecond }: Figures,
  volumes: readonly VolumeStatus[],
): number | undefined {
  const free = volumes.map(({ freeBytes }) => freeBytes);
  if (leftBytes === undefined || !bytesPerSecond || free.some((bytes) => bytes === undefined)) return undefined;
  const freeBytes = free.reduce<number>((sum, bytes) => sum + bytes!, 0);
  return leftBytes > freeBytes ? Math.round(freeBytes / bytesPerSecond) : undefined;
}

function historyOf({ identity, pass, runs, startedAtMs, activeMs }: JobState) {
  const isGiven = ([name, value]: [string, string]) => value !== '' && value !== STANDARD[name];
  const filters = Object.fromEntries(Object.entries(identity.filters).filter(isGiven));
  const startedAt = new Date(startedAtMs).toISOString();
  return { source: identity.source, filters, pass, runs, startedAt, activeSeconds: Math.round(activeMs / 100) / 10 };
}

/** The default values; `status` does not show them. */
const STANDARD: Readonly<Record<string, string>> = { names: 'escape' };

/** Everything that the journal notes. A killed run may have done a little more. */
function countsOf({ isListed }: JobState, { totals, found, fixed }: LeftOver) {
  const { settled, stored, skipped, gone, failed, excluded, bytes, codes } = totals;
  return {
    listed: found,
    isListingComplete: isListed,
    ...{ done: settled, stored, skipped, gone, failed, bytes, ...checksOf(totals) },
    ...(excluded > 0 && { excluded }),
    ...(fixed > 0 && { mended: fixed }),
    failuresByCode: codes,
  };
}

function checkpointOf(state: JobState, nowMs: number) {
  const last = state.checkpoints.at(-1);
  if (last === undefined) return {};
  const ageSeconds = Math.max(0, Math.round((nowMs - last.atMs) / 100) / 10);
  return { lastCheckpoint: new Date(last.atMs).toISOString(), lastCheckpointAgeSeconds: ageSeconds };
}
