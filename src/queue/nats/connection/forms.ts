/**
 * Type guards for the entries of a job's tables. Every client of the server can write into them. So Sluice trusts
 * only what it could have written; an invalid entry counts as absent.
 */

import { WORKER_NAME } from './names.js';
import type {
  DoneRecord,
  FeederRecord,
  JobRecord,
  LearntRecord,
  ListedRecord,
  PassRecord,
  WorkerRecord,
} from './records.js';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A whole number from 0 on. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Sums of sizes, and the free space of some file systems, exceed the exact integers. */
const MAX_AMOUNT = 1e21;

/** A number that sums can use. */
function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_AMOUNT;
}

function isWorkerName(value: unknown): value is string {
  return typeof value === 'string' && WORKER_NAME.test(value);
}

/** A tally row has these counters, then its error codes if something has failed, then what was checked by what if that is known. */
const TALLY_COUNTERS = 8;

export function isDone(value: unknown): value is DoneRecord {
  if (!isFields(value) || !isWorkerName(value.w) || !Array.isArray(value.t)) return false;
  const codes: unknown = value.t[TALLY_COUNTERS] ?? {};
  const isCounted = value.t.length >= TALLY_COUNTERS && value.t.slice(0, TALLY_COUNTERS).every(isAmount);
  const checked: unknown = value.t[TALLY_COUNTERS + 1] ?? {};
  return isCounted && [codes, checked].every((counts) => isFields(counts) && Object.values(counts).every(isCount));
}

export function isListed(value: unknown): value is ListedRecord {
  if (!isFields(value)) return false;
  const { p, d, n, f, o, b, s = [], x = '' } = value;
  if (!Array.isArray(s) || !s.every(isScope) || typeof x !== 'string') return false;
  return [p, d, o].every(isCount) && isAmount(b) && (n === 0 || n === 1) && (f === 0 || f === 1);
}

function isScope(value: unknown): boolean {
  return typeof value === 'string' || (isFields(value) && typeof value.text === 'string');
}

/** A day: no machine waits longer for one that hangs. */
const MAX_LEASE_MS = 86_400_000;

export function isJob(value: unknown): value is JobRecord {
  if (!isFields(value) || value.version !== 1 || !isFields(value.filters)) return false;
  const { id, kind, leaseMs, createdAt, source, filters } = value;
  const isRight = (kind === 'listing' || kind === 'input') && isAmount(leaseMs) && leaseMs > 0;
  // The id becomes the name of a folder.
  if (!isRight || leaseMs > MAX_LEASE_MS || typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) return false;
  return [source, createdAt, ...Object.values(filters)].every((text) => typeof text === 'string');
}

/** More passes than any job does. */
const MAX_WALKS = 1_000_000;

export function isPass(value: unknown): value is PassRecord {
  if (!isFields(value) || !isCount(value.number) || !isCount(value.wanted)) return false;
  return value.number <= value.wanted && value.wanted <= MAX_WALKS;
}

export function isFeeder(value: unknown): value is FeederRecord {
  return isFields(value) && (value.state === 'open' || value.state === 'closed') && isCount(value.parts);
}

/** Says that something is done, and when. */
export function isMark(value: unknown): value is { at: string } {
  return isFields(value) && typeof value.at === 'string' && !Number.isNaN(Date.parse(value.at));
}

/** As long as a source may say it. */
const MAX_LEARNT = 1_024;

export function isLearnt(value: unknown): value is LearntRecord {
  return isFields(value) && typeof value.text === 'string' && value.text.length <= MAX_LEARNT;
}

export function isAffinity(value: unknown): value is { by: string } {
  return isFields(value) && isWorkerName(value.by);
}

const ROLES: ReadonlySet<unknown> = new Set(['list', 'fetch', 'both']);
const STATES: ReadonlySet<unknown> = new Set(['working', 'full', 'done']);

export function isWorker(value: unknown): value is WorkerRecord {
  if (!isFields(value) || !ROLES.has(value.role) || !STATES.has(value.state)) return false;
  const { host, pid, startedAt, openParts, objectsPerSecond, bytesPerSecond, volumes } = value;
  const isTold = typeof host === 'string' && typeof startedAt === 'string' && isCount(pid) && isCount(openParts);
  // A discarded batch makes a rate negative.
  const isPaced = Number.isFinite(objectsPerSecond) && Number.isFinite(bytesPerSecond);
  return isTold && isPaced && Array.isArray(volumes) && volumes.every(isDisk) && isMoreOfWorker(value);
}

function isMoreOfWorker({ openObjects, isPaused, limits = {} }: Record<string, unknown>): boolean {
  if (!isFields(limits) || (isPaused !== undefined && typeof isPaused !== 'boolean')) return false;
  return [openObjects, ...Object.values(limits)].every((amount) => amount === undefined || isAmount(amount));
}

function isDisk(value: unknown): boolean {
  if (!isFields(value) || typeof value.path !== 'string' || typeof value.state !== 'string') return false;
  return value.freeBytes === undefined || isAmount(value.freeBytes);
}

/** The shares of a limit by machine; each one needs {@link isHolding}, too. */
export function isHoldings(value: unknown): value is Record<string, unknown> {
  return isFields(value);
}

export interface Holding<Resource extends string> {
  /** Increases with each renewal. */
  beat: number;
  share: Partial<Record<Resource, number>>;
  want: Partial<Record<Resource, number>>;
}

export function isHolding(value: unknown): value is Holding<string> {
  if (!isFields(value) || !isCount(value.beat) || !isFields(value.share) || !isFields(value.want)) return false;
  return [...Object.values(value.share), ...Object.values(value.want)].every(isAmount);
}

/** Why the consumers were last recreated. */
export interface ResetRecord {
  /** Id of the server process that has them. */
  readonly server?: string;
  /** Number of the time window without any delivery. */
  readonly stuck?: string;
}

export function isReset(value: unknown): value is ResetRecord {
  return isFields(value) && [value.server, value.stuck].every((text) => text === undefined || typeof text === 'string');
}
