/** What can happen in a run: the types of the events. Programs see the public ones; the last four are for the screen. */
import type { TransferError } from '../errors.js';
import type { CheckedBy } from '../model/digest.js';
import type { Sections } from './gauges.js';
import type { Health } from './health/health.js';
import type { NoticeCode, NoticeTopic } from './notices.js';
import type { Progress } from './rate.js';
import type { RunView } from './run-view.js';
import type { Stats, Summary } from './stats.js';

/** An object has its outcome. A comparison has findings instead. */
export interface ObjectEvent {
  readonly type: 'object';
  /** Relative to SOURCE. */
  readonly key: string;
  readonly status: 'stored' | 'skipped' | 'gone' | 'failed';
  /** Size of the stored file, or of the file that was already there. */
  readonly bytes?: number;
  /** Root of the volume that stores it. */
  readonly volume?: string;
  /** Path below the volume, if it differs from the key. */
  readonly path?: string;
  /** What a body that this run stored was checked by. */
  readonly checkedBy?: CheckedBy;
  /** The reason of the failure. */
  readonly error?: TransferError;
}

/** An object, or a folder, that failed after its last attempt. */
export interface FailureEvent {
  readonly type: 'failure';
  readonly key: string;
  readonly error: TransferError;
  readonly attempts: number;
}

/** An attempt has failed, and Sluice tries again. */
export interface RetryEvent {
  readonly type: 'retry';
  readonly of: 'listings' | 'objects';
  readonly error: TransferError;
  /** Key of the object. Absent for a listing, and where only an MD5 was asked for. */
  readonly key?: string;
  /** Milliseconds before the next attempt. Absent where the key is. */
  readonly delayMs?: number;
}

/** A server does not answer any more, or answers again. Without a `host`: none of those that have work does. */
export interface OutageEvent {
  readonly type: 'outage';
  readonly of: 'listings' | 'objects';
  /** One server of a list of URLs: `https://host:port`. The run goes on with the others. */
  readonly host?: string;
  /** Since when it did not answer (wall-clock time). */
  readonly sinceMs: number;
  /** It answers again. */
  readonly isOver: boolean;
}

/** The listing, or the input, has named more entries. A reader that is far behind gets several as one. */
export interface FoundEvent {
  readonly type: 'found';
  /** Objects, and entries that cannot be fetched. */
  readonly objects: number;
  /** Their listed bytes. */
  readonly bytes: number;
}

/** Everything is listed, or the input has ended: the number of found objects is final. */
export interface ListedEvent {
  readonly type: 'listed';
}

/** Objects that this run leaves out: a filter excludes them, or another machine has them. */
export interface LeftOutEvent {
  readonly type: 'left-out';
  readonly reason: 'filter' | 'other-machine';
  readonly objects: number;
}

/**
 * What the run does has changed, and why: see `HEALTH_STATES` and `HEALTH_REASONS`. A state that comes and goes within
 * seconds is no change. `health.sinceMs` is when it began, which is a little before the event.
 */
export interface StateEvent {
  readonly type: 'state';
  readonly health: Health;
  /** What it did until then, and for how long. Absent for the first one. */
  readonly previous?: Health;
  readonly previousMs?: number;
}

/** A message that does not end the run. */
export interface NoticeEvent {
  readonly type: 'notice';
  readonly code: NoticeCode;
  readonly message: string;
  /** What it is about, where the code alone does not say it: for `volume` and `disk`. */
  readonly about?: NoticeTopic;
}

/** The progress of the run, once per second. */
export interface ProgressEvent extends Progress {
  readonly type: 'progress';
}

/**
 * For a comparison: an object, or a file, that differs. The fields are the fields of a `sluice verify` line, but `type` of
 * the line is `kind` here (`folder`, `name`: it is no object).
 */
export interface FindingEvent {
  readonly type: 'finding';
  readonly key: string;
  readonly reason: string;
  readonly [field: string]: unknown;
}

/** The run has ended. */
export interface SummaryEvent {
  readonly type: 'summary';
  readonly summary: Summary;
  /** For the command line: what the user can do next, one sentence each. */
  readonly advice?: readonly string[];
}

export type SluiceEvent =
  | ObjectEvent
  | FailureEvent
  | RetryEvent
  | OutageEvent
  | FoundEvent
  | ListedEvent
  | LeftOutEvent
  | StateEvent
  | NoticeEvent
  | ProgressEvent
  | FindingEvent
  | SummaryEvent;

/** The types that a program can ask for. */
export type EventType = SluiceEvent['type'];

export const EVENT_TYPES = [
  'object',
  'failure',
  'retry',
  'outage',
  'found',
  'listed',
  'left-out',
  'state',
  'notice',
  'progress',
  'finding',
  'summary',
] as const satisfies readonly EventType[];

/** The run works from now on: a screen may show its progress. */
export interface BeginEvent {
  readonly type: 'begin';
  readonly stats: Stats;
  readonly view: RunView;
}

/** The error that ends the run. (The promise of a job rejects with it.) */
export interface ErrorEvent {
  readonly type: 'error';
  readonly error: TransferError;
}

/** The current state of all parts, when a user asks for it. */
export interface SnapshotEvent {
  readonly type: 'snapshot';
  readonly sections: Sections;
}

/** The run has ended without a summary: the progress ends. */
export interface StopEvent {
  readonly type: 'stop';
}

export type RunEvent = SluiceEvent | BeginEvent | ErrorEvent | SnapshotEvent | StopEvent;
