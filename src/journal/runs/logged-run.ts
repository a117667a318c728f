/** What a run notes about itself for `report`. The field names are those of a file: later builds only add to them. */
import type { CheckCounts } from '../../model/digest.js';
import type { RunEnd } from '../run-note.js';

export interface LoggedRun {
  readonly command: string;
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Until then the figures count. Absent before the first object: they are all 0. */
  readonly seenAt: string;
  /** Both absent: the run is at work, or was killed. */
  readonly endedAt?: string;
  readonly end?: RunEnd;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The job, if it has one. */
  readonly job?: string | undefined;
  readonly source: string;
  readonly version?: string | undefined;
  readonly node: string;
  readonly platform: string;
  /** What the options said, without secrets. */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly figures: RunFigures;
}

export type OptionValue = string | number | boolean | readonly string[];

/** Of this run alone. */
export interface RunFigures {
  /** Named by the input of a `fetch`. */
  readonly found?: number;
  readonly stored: number;
  readonly skipped: number;
  readonly gone: number;
  readonly failed: number;
  readonly excluded: number;
  readonly bytes: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly checkedBy: CheckCounts;
  readonly retries: number;
  readonly throttledMs: number;
  readonly unreachableMs: number;
  readonly outages: number;
  /** Stored objects by size; one more than {@link SIZE_BOUNDS}. */
  readonly sizes: readonly number[];
  readonly waits: readonly LoggedWait[];
  /** Waits that are not among these. */
  readonly moreWaits: number;
  /** The folders whose objects took longest on average. */
  readonly slow: readonly SlowFolder[];
}

/** A time in which a server did not answer, or asked to slow down. */
export interface LoggedWait {
  readonly state: string;
  readonly sinceMs: number;
  readonly ms: number;
}

export interface SlowFolder {
  readonly folder: string;
  readonly objects: number;
  readonly bytes: number;
  /** From the first request for each object until it was stored, added up. */
  readonly ms: number;
}

/** A run that is at work notes itself so often, first at its beginning. */
export const NOTE_EACH_MS = 30_000;

/** The largest size of each class. */
export const SIZE_BOUNDS: readonly number[] = [0, 1e3, 4e3, 16e3, 64e3, 256e3, 1e6, 4e6, 16e6, 64e6, 256e6, 1e9, 4e9];

/** Whether a line of the file is one that can be shown. */
export function isLoggedRun(value: unknown): value is LoggedRun {
  const run = (value ?? {}) as Partial<LoggedRun>;
  const isHead = isText(run.command) && Number.isInteger(run.pid) && isTime(run.startedAt) && isTime(run.seenAt);
  const isEnd = run.end === undefined || (ENDS.has(run.end) && isTime(run.endedAt));
  const areTexts = TEXTS.every((name) => run[name] === undefined || isText(run[name]));
  return isHead && isEnd && areTexts && isText(run.source) && isOptions(run.options) && isFigures(run.figures);
}

const TEXTS = [
  'host',
  'node',
  'platform',
  'version',
  'job',
  'code',
  'message',
] as const satisfies readonly (keyof LoggedRun)[];

const ENDS: ReadonlySet<string> = new Set(['finished', 'interrupted', 'failed'] satisfies RunEnd[]);

const COUNTS = [
  'stored',
  'skipped',
  'gone',
  'failed',
  'excluded',
  'bytes',
  'retries',
  'throttledMs',
  'unreachableMs',
  'outages',
  'moreWaits',
] as const satisfies readonly (keyof RunFigures)[];

function isFigures(value: unknown): boolean {
  const figures = (value ?? {}) as Partial<RunFigures>;
  const { sizes, waits, slow, codes, checkedBy } = figures;
  return (
    COUNTS.every((name) => isCount(figures[name])) &&
    (figures.found === undefined || isCount(figures.found)) &&
    isCounts(codes) &&
    isCounts(checkedBy) &&
    Array.isArray(sizes) &&
    sizes.length === SIZE_BOUNDS.length + 1 &&
    sizes.every(isCount) &&
    Array.isArray(waits) &&
    waits.every((wait) => isText(wait?.state) && isMoment(wait.sinceMs) && isCount(wait.ms)) &&
    Array.isArray(slow) &&
    slow.every((one) => isText(one?.folder) && isCount(one.objects) && isCount(one.bytes) && isCount(one.ms))
  );
}

function isOptions(value: unknown): boolean {
  const isValue = (one: unknown) =>
    isText(one) || typeof one === 'number' || typeof one === 'boolean' || (Array.isArray(one) && one.every(isText));
  return typeof value === 'object' && value !== null && Object.values(value).every(isValue);
}

/** Counts by name. */
export function isCounts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isCount);
}

/** So large that sums of them stay numbers. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** The last moment that a `Date` can have. */
const LAST_MS = 8.64e15;

/** Milliseconds since 1970. */
export function isMoment(value: unknown): value is number {
  return isCount(value) && value <= LAST_MS;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A time as text. */
export function isTime(value: unknown): boolean {
  return isText(value) && !Number.isNaN(Date.parse(value));
}
