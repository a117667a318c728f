/** What a report says, before it has a form. Its field names are a contract (`report --json`). What is not known is absent. */
import type { LoggedWait, OptionValue, SlowFolder } from '../../journal/runs/logged-run.js';
import type { SharedStatus } from '../status/shared-status-text.js';
import type { Status } from '../status/status-text.js';
import type { VerifyNote } from '../verify/verify-note.js';
import type { Sum } from './sum.js';

export interface Report {
  readonly event: 'report';
  /** Of these fields. Later builds only add to them. */
  readonly form: 1;
  readonly createdAt: string;
  /** What has written the report. */
  readonly versions: Versions;
  /** The same as `status --json` says: of the job in the folders, or of the job in the queue. */
  readonly status: Status | SharedStatus;
  /** Absent when nothing is known of any object. */
  readonly sum?: Sum;
  readonly source?: string;
  readonly folders: readonly string[];
  readonly runs: Runs;
  readonly rate: Rate;
  readonly sizes: Sizes;
  /** Of the runs that are recorded. Empty when none is known. */
  readonly slowFolders: readonly SlowFolder[];
  readonly trouble: Trouble;
  readonly failures: Failures;
  readonly gone: Listed<ObjectExample>;
  readonly renamed: Listed<RenamedExample> & { readonly isAtLeast: boolean };
  /** The last comparison of these folders. */
  readonly verify?: VerifyNote;
  /** Of the last recorded run. */
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly problems: readonly string[];
}

export interface Versions {
  readonly sluice?: string | undefined;
  readonly node: string;
  readonly platform: string;
}

export interface Runs {
  /** Oldest first. */
  readonly known: readonly ReportedRun[];
  /** Recorded, and too many to show. */
  readonly earlier: number;
  /** Runs of the job of which nothing was recorded: those of an older build. */
  readonly unrecorded: number;
}

export interface ReportedRun {
  readonly command: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** `killed`: it could not note its end. */
  readonly end: 'finished' | 'interrupted' | 'failed' | 'killed' | 'running';
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Until the end, or until the run last noted what it has done. */
  readonly seconds?: number;
  /** Of this run alone. Absent when it could not note them. */
  readonly stored?: number;
  readonly skipped?: number;
  readonly gone?: number;
  readonly failed?: number;
  readonly bytes?: number;
  readonly retries?: number;
  readonly throttledSeconds?: number;
  readonly outages?: number;
  readonly outageSeconds?: number;
  readonly host?: string;
  readonly version?: string | undefined;
  readonly node?: string;
  readonly platform?: string;
}

export interface RatePoint {
  readonly atMs: number;
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface Rate {
  /** `history`: of each minute; `runs`: the average of each run; `unknown`: no points. */
  readonly from: 'history' | 'runs' | 'unknown';
  /** Oldest first. Of a run: two, its beginning and its end. */
  readonly points: readonly RatePoint[];
  /** Further apart than this, two points are not joined. */
  readonly gapMs: number;
}

export interface Sizes {
  /** The largest size of each class; `counts` has one more. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  /** Objects in `counts`. */
  readonly known: number;
  /** Stored objects whose size no run has noted. */
  readonly unknown: number;
  readonly averageBytes?: number;
}

export interface Trouble {
  /** Absent when no run is recorded. */
  readonly throttledSeconds?: number;
  readonly outages?: number;
  readonly outageSeconds?: number;
  readonly retries?: number;
  /** The longest waits, by their time. */
  readonly waits: readonly LoggedWait[];
  readonly moreWaits: number;
}

export interface Failures {
  readonly count: number;
  /** The most frequent code first. */
  readonly groups: readonly FailureGroup[];
  /** Of codes that are not among these. */
  readonly more: number;
  /** A file that names all of them. */
  readonly file?: string | undefined;
  /** The command that tries them again. */
  readonly retry?: string;
}

export interface FailureGroup {
  readonly code: string;
  readonly count: number;
  readonly examples: readonly ObjectExample[];
}

export interface ObjectExample {
  readonly key: string;
  /** `folder`, `scope` or `name`: it is no object. */
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly attempts?: number | undefined;
}

export interface RenamedExample {
  readonly key: string;
  readonly path: string;
  readonly volume?: string | undefined;
}

export interface Listed<Example> {
  readonly count: number;
  readonly examples: readonly Example[];
  /** The file that lists all of them. */
  readonly file?: string | undefined;
}
