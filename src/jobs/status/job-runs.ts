/** The notes of the runs in a folder: what the current run waits for, and how the last runs ended. */
import type { JobState } from '../../journal/job-state.js';
import type { LockHolder } from '../../journal/lock.js';
import { type RunRecord, readRunNote } from '../../journal/run-note.js';
import type { JobPlace } from '../plan/job-place.js';
import { readLive } from '../run/health/live.js';
import type { RunStatus, Status } from './status-text.js';

/**
 * Returns only notes of the last run. An older build writes no note; a note of an earlier run must not stand in for it.
 */
export function notesOf(
  { runNote, fetchNote }: JobPlace,
  state: JobState | undefined,
  holder: LockHolder | undefined,
): Pick<Status, 'waiting' | 'live' | 'lastRun' | 'lastFetch'> {
  const noted = readRunNote(runNote);
  const ofJob = noted !== undefined && isOfJob(noted, state) ? noted : undefined;
  const ofFetch = fetchNote === undefined ? undefined : readRunNote(fetchNote);
  const present = [noted, ofFetch].find((note) => isPresent(note, holder));
  const live = readLive(present?.live);
  return {
    ...(present !== undefined && present.waits.length > 0 && { waiting: present.waits }),
    ...(live !== undefined && { live }),
    ...(ofJob !== undefined && ofJob !== present && { lastRun: runOf(ofJob) }),
    ...(ofFetch !== undefined && ofFetch !== present && { lastFetch: runOf(ofFetch) }),
  };
}

/** A run that could not open the journal is later than the journal's last entry. */
function isOfJob({ job, run = 0, startedAt }: RunRecord, state: JobState | undefined): boolean {
  if (state === undefined || (job === state.id && run >= state.runs)) return true;
  return Date.parse(startedAt) > (state.checkpoints.at(-1)?.atMs ?? state.startedAtMs);
}

/** Another process with the same pid may have held the lock before. */
function isPresent(note: RunRecord | undefined, holder: LockHolder | undefined): boolean {
  if (note === undefined || holder === undefined || note.end !== undefined || note.pid !== holder.pid) return false;
  return Date.parse(note.startedAt) >= Date.parse(holder.startedAt) - CLOCK_STEP_MS;
}

const CLOCK_STEP_MS = 1_000;

function runOf({ startedAt, endedAt, end, isInterrupted, code, message }: RunRecord): RunStatus {
  // The run could not note its end. A second Ctrl-C ends a run at once.
  if (end === undefined) return { startedAt, end: isInterrupted === true ? 'interrupted' : 'killed' };
  return {
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    end,
    ...(code && { code }),
    ...(message && { message }),
  };
}
