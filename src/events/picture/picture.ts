/**
 * The picture of a job: all that a page, a program or a metric shows of it at one moment. Its field names are a contract
 * (`/status.json`). Times are wall clock, in milliseconds since 1970; what is unknown is absent, never 0.
 */
import type { CheckCounts } from '../../model/digest.js';
import type { Health } from '../health/health.js';
import type { Progress } from '../rate.js';

export interface Picture {
  readonly atMs: number;
  readonly version: string;
  readonly command: string;
  /** SOURCE, without secrets. */
  readonly source: string;
  /** The folders. */
  readonly to: readonly string[];
  /** Runs of the job so far, with this one. */
  readonly runs?: number;
  /** The begin of the job, in its first run. */
  readonly startedAtMs: number;
  /** The begin of the run that works now, or that worked last. */
  readonly runStartedAtMs?: number;
  /** `ended`: the job is complete, or no process works on it now. */
  readonly phase: 'running' | 'ended';
  /** How the last run ended. Absent while one works. */
  readonly end?: EndPicture;
  readonly health: Health;
  /** The user has paused the run. */
  readonly isPaused: boolean;
  readonly progress: Progress;
  readonly outcomes: {
    readonly stored: number;
    readonly skipped: number;
    readonly gone: number;
    readonly failed: number;
    readonly excluded: number;
  };
  readonly checkedBy?: CheckCounts;
  /** Failures by code, over the whole job. */
  readonly codes: Readonly<Record<string, number>>;
  readonly requests: RequestPicture;
  readonly limits: LimitsPicture;
  readonly volumes: readonly VolumePicture[];
  /** The file that names what failed, as input of `fetch`. Absent when there is none. */
  readonly failuresFile?: string;
  /** When the journal last said what is done. Absent before the first checkpoint, and without a journal. */
  readonly checkpointAtMs?: number;
  readonly journalBytes?: number;
  /** With `--queue`: all machines of the job. */
  readonly machines?: readonly MachinePicture[];
}

export interface EndPicture {
  /** `finished`: nothing is left. `killed`: the run could not say how it ended. */
  readonly state: 'finished' | 'interrupted' | 'failed' | 'killed';
  readonly atMs?: number;
  /** Of a run that failed. */
  readonly code?: string;
  readonly message?: string;
}

export interface RequestPicture {
  /** On their way now, and at most allowed now. */
  readonly objects: number;
  readonly objectsLimit: number;
  readonly listings: number;
  readonly listingsLimit: number;
  /** Of the answers of the last minute, to the first byte. Absent without any. */
  readonly latencyMs?: { readonly p50: number; readonly p90: number; readonly p99: number };
  /** Attempts of this run that failed, by code. */
  readonly retriesByCode: Readonly<Record<string, number>>;
}

/** Absent: no limit. */
export interface LimitsPicture {
  readonly bytesPerSecond?: number;
  readonly objectsPerSecond?: number;
  readonly listsPerSecond?: number;
  /** The most requests for objects at once. */
  readonly concurrency?: number;
}

export interface VolumePicture {
  readonly root: string;
  readonly state: 'in' | 'full' | 'out';
  readonly freeBytes?: number;
  readonly totalBytes?: number;
  /** At the rate of the last minutes; absent while nothing is written to it. */
  readonly secondsUntilFull?: number;
}

export interface MachinePicture {
  readonly name: string;
  readonly isThis: boolean;
  readonly role: string;
  /** Its last heartbeat. */
  readonly seenAtMs: number;
  readonly isLost: boolean;
  /** It has ended in order. */
  readonly isDone?: boolean;
  /** Its user has paused it. */
  readonly isPaused?: boolean;
  readonly stored: number;
  readonly failed: number;
  readonly bytes: number;
  /** Objects that it holds now; 0 for an older version, which does not tell. */
  readonly holds: number;
  readonly objectsPerSecond?: number;
  readonly bytesPerSecond?: number;
  /** Its share of the limits. */
  readonly limits: LimitsPicture;
}
