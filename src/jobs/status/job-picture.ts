/** The picture of a job that no run of this process works on: the numbers of its `status`, in the form of a run's. */
import { statSync } from 'node:fs';
import type { Health } from '../../events/health/health.js';
import type { EndPicture, Picture, VolumePicture } from '../../events/picture/picture.js';
import type { Progress } from '../../events/rate.js';
import type { RunStatus, Status, VolumeStatus } from './status-text.js';

export interface PictureOfJob {
  status: Status;
  version: string;
  /** Of a folder; a state file keeps a `list`. */
  isFolder: boolean;
  nowMs: number;
}

export function pictureOf({ status, version, isFolder, nowMs }: PictureOfJob): Picture {
  const { live, runs, runningSince, lastRun, lastCheckpoint, journal, checkedBy, volumes = [] } = status;
  const isRunning = status.state === 'running' || live !== undefined;
  const runStarted = isRunning ? runningSince : lastRun?.startedAt;
  const command = isRunning ? status.command?.replace(/^sluice /, '') : undefined;
  const journalBytes = journal === undefined ? undefined : statSync(journal, { throwIfNoEntry: false })?.size;
  const { stored = 0, skipped = 0, gone = 0, failed = 0, excluded = 0 } = status;
  return {
    ...{ atMs: nowMs, version, command: command ?? (isFolder ? 'mirror' : 'list'), source: status.source ?? '' },
    to: volumes.map(({ path }) => path),
    ...(runs !== undefined && { runs }),
    startedAtMs: timeOf(status.startedAt) ?? timeOf(runStarted) ?? nowMs,
    ...present('runStartedAtMs', timeOf(runStarted)),
    phase: isRunning ? 'running' : 'ended',
    ...(!isRunning && { end: endOf(status, lastRun) }),
    health: live?.health ?? healthOf(status, isRunning, nowMs),
    isPaused: live?.health.state === 'paused',
    progress: live === undefined ? progressOf(status) : withNumbers(live),
    outcomes: { stored, skipped, gone, failed, excluded },
    ...(checkedBy && { checkedBy }),
    codes: { ...status.failuresByCode },
    ...(status.failuresFile !== undefined && { failuresFile: status.failuresFile }),
    requests: { objects: 0, objectsLimit: 0, listings: 0, listingsLimit: 0, retriesByCode: {} },
    limits: {},
    volumes: volumes.map(volumeOf),
    ...present('checkpointAtMs', timeOf(lastCheckpoint)),
    ...present('journalBytes', journalBytes),
  };
}

function present(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value };
}

function timeOf(text: string | undefined): number | undefined {
  const atMs = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}

function endOf({ state }: Status, lastRun: RunStatus | undefined): EndPicture {
  if (lastRun === undefined) return { state: state === 'finished' ? 'finished' : 'interrupted' };
  const { end, endedAt, code, message } = lastRun;
  return { state: end, ...present('atMs', timeOf(endedAt)), ...(code && { code }), ...(message && { message }) };
}

/** What a run of this process would say at its end, or at its begin. */
function healthOf({ state, lastRun, runningSince }: Status, isRunning: boolean, nowMs: number): Health {
  if (isRunning) return { state: 'starting', reason: 'opening', sinceMs: timeOf(runningSince) ?? nowMs };
  const sinceMs = timeOf(lastRun?.endedAt) ?? nowMs;
  if (state === 'finished') return { state: 'finishing', reason: 'flush', sinceMs };
  return { state: 'interrupted', reason: 'in-flight', sinceMs };
}

function progressOf(status: Status): Progress {
  const { state, listed = 0, done = 0, failed = 0, gone = 0, bytes = 0, left, isListingComplete } = status;
  const isFinished = state === 'finished';
  const total = isFinished ? done : isListingComplete && left !== undefined ? done + left : undefined;
  return {
    ...{ found: listed, foundPerSecond: 0, listed: done, done, failed, gone, retries: 0, bytes },
    ...{ objectsPerSecond: 0, bytesPerSecond: 0, total, totalBytes: undefined, doneBytes: bytes, isEstimate: false },
    share: isFinished ? 1 : total === undefined || total === 0 ? undefined : Math.min(0.999, done / total),
    secondsLeft: isFinished ? 0 : undefined,
    secondsUntilFull: undefined,
    unreachableSinceMs: undefined,
  };
}

/** Only what a progress has. */
function withNumbers({ at: _at, health: _health, throttledSeconds: _throttled, ...progress }: Status['live'] & object) {
  return progress;
}

function volumeOf({ path, freeBytes, state }: VolumeStatus): VolumePicture {
  const isKnown = state === 'in' || state === 'full';
  return { root: path, state: isKnown ? state : 'out', ...(freeBytes !== undefined && { freeBytes }) };
}
