/** What a page, a program or a metric can ask of a job, and what it can change. A run has one; an ended job has one without controls. */
import type { ErrorCode, Verdict } from '../../errors.js';
import type { LimitsPicture, Picture } from './picture.js';

export interface Watch {
  /** The job now. Each call makes a new one, so it is asked only while a viewer looks. */
  picture(): Picture;
  /** Up to 24 hours, oldest first, of this run and of the runs before it. */
  history(): History;
  /** The last failures, newest first, at most 100. */
  failures(): readonly RecentFailure[];
  /** Objects of this run by size, and answers by time to the first byte. */
  readonly distributions: { readonly sizeBytes: Distribution; readonly latencySeconds: Distribution };
  /** Absent when no run works on the job. */
  readonly controls?: Controls;
}

export interface Controls {
  /** No new request starts until `resume`; what is under way is finished. `by`: who asked, for the log. */
  pause(by: string): void;
  resume(by: string): void;
  /** Only the named limits change. `null`: no limit any more; for `concurrency`: what the options say. */
  setLimits(limits: LimitsChange, by: string): void;
}

export type LimitsChange = { readonly [Name in keyof LimitsPicture]?: number | null };

/** How a counter has grown in fixed bounds, as a histogram of Prometheus has it. */
export interface Distribution {
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[];
  /** One more than bounds: the last counts what is above all. Not cumulative. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

export interface History {
  /** Ten seconds each, of the last hour. */
  readonly recent: readonly HistoryPoint[];
  /** A minute each, of the last 24 hours. */
  readonly day: readonly HistoryPoint[];
}

/** What happened until `atMs`, since the point before. Absent fields are not known; a gap between runs has no point. */
export interface HistoryPoint {
  readonly atMs: number;
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Requests for objects at once, at the end of it. */
  readonly requests: number;
  /** How many were allowed at once then. */
  readonly requestsLimit?: number;
  /** Milliseconds to the first byte. */
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  /** Attempts that failed, by code. Absent without any. */
  readonly codes?: Readonly<Record<string, number>>;
  /** The state at the end of it, if it was not healthy. */
  readonly state?: string;
}

export interface RecentFailure {
  /** Of an ended job: when the list of failures was written. */
  readonly atMs: number;
  readonly key: string;
  readonly code: ErrorCode;
  readonly verdict: Verdict;
  /** What happened, for people. */
  readonly message: string;
  /** What the user can do, for people. */
  readonly advice?: string;
}
