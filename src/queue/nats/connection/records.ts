/** The table entries that describe a job and its machines, as JSON. */
import type { KV, KvEntry } from '@nats-io/kv';
import { within } from '../../../lib/waiting/within.js';
import type { Scope } from '../../../model/scope.js';

/** What a job copies. The first machine fixes it; every other machine must have the same. */
export interface SharedIdentity {
  readonly source: string;
  readonly filters: Readonly<Record<string, string>>;
}

/** `listing`: the machines list SOURCE. `input`: feeders bring the batches. */
export type JobKind = 'listing' | 'input';

export interface JobRecord extends SharedIdentity {
  readonly version: 1;
  /** A UUID: differs from an earlier job of the same name. */
  readonly id: string;
  readonly kind: JobKind;
  readonly leaseMs: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The number of the current pass, and the last number that is wanted. */
export interface PassRecord {
  readonly number: number;
  readonly wanted: number;
}

/** A machine that reads an input into the job. */
export interface FeederRecord {
  readonly state: 'open' | 'closed';
  readonly parts: number;
}

/** The heartbeat of a machine, every two seconds. */
export interface WorkerRecord {
  readonly host: string;
  readonly pid: number;
  readonly role: 'list' | 'fetch' | 'both';
  readonly startedAt: string;
  /** `done`: the machine has ended in order. */
  readonly state: 'working' | 'full' | 'done';
  readonly openParts: number;
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly volumes: readonly { path: string; freeBytes?: number; state: string }[];
  /** Objects of the batches that it holds. Older versions say none of what follows. */
  readonly openObjects?: number;
  /** Its user has paused it. */
  readonly isPaused?: boolean;
  readonly limits?: WorkerLimits;
}

/** The limits of one machine: its shares, where they hold for all machines together. Absent: no limit. */
export interface WorkerLimits {
  readonly bytesPerSecond?: number;
  readonly objectsPerSecond?: number;
  readonly listsPerSecond?: number;
}

/** The contents of a listed page. */
export interface ListedRecord {
  /** Batches of the page. */
  p: number;
  /** Folders in the page; each one is a first page to list. */
  d: number;
  /** 1 when another page follows, otherwise 0. */
  n: 0 | 1;
  /** 1 for the first page of a folder. */
  f: 0 | 1;
  /** Objects, and their bytes. */
  o: number;
  b: number;
  /** What follows, where the lister itself decides that: further scopes, and the cursor of the next page. */
  s?: readonly Scope[];
  x?: string | undefined;
}

/** A done batch: its owner, and the outcomes of its objects (`Tally.toRow`). */
export interface DoneRecord {
  w: string;
  t: unknown[];
}

/** What a machine has learnt of SOURCE: a text that only the source reads. */
export interface LearntRecord {
  readonly text: string;
}

/** The keys of the table `meta`. */
export const META = {
  job: 'job',
  seeded: 'seeded',
  pass: 'walk',
  complete: 'complete',
  reset: 'reset',
  limits: 'limits',
  learnt: 'learnt',
  /** A machine whose volumes had files before the job. */
  affinity: (worker: string) => `holder.${worker}`,
  feeder: (worker: string) => `feeder.${worker}`,
} as const;

/** Validates an entry: every client of the server can write into a table. */
export type Form<T> = (value: unknown) => value is T;

/** Reads a valid entry. Undefined when it is missing, removed or invalid. */
export async function readEntry<T>(
  table: KV,
  key: string,
  form: Form<T>,
): Promise<{ value: T; revision: number; entry: KvEntry } | undefined> {
  const entry = await table.get(key);
  if (entry === null || entry.operation !== 'PUT') return undefined;
  const value = parseEntry(entry.value, form);
  return value === undefined ? undefined : { value, revision: entry.revision, entry };
}

/** Undefined when the entry is invalid. */
export function parseEntry<T>(bytes: Uint8Array, form: Form<T>): T | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
    return form(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an entry exists, valid or not. */
export async function hasEntry(table: KV, key: string): Promise<boolean> {
  return (await table.get(key))?.operation === 'PUT';
}

/** Whether an invalid entry exists. */
export async function isBadEntry<T>(table: KV, key: string, form: Form<T>): Promise<boolean> {
  const entry = await table.get(key);
  return entry !== null && entry.operation === 'PUT' && parseEntry(entry.value, form) === undefined;
}

/**
 * Iterates over a listing of the client library. The library ends at the last entry or a heartbeat. If an entry
 * changes during the listing, neither may come, and the library would wait for ever. Rejects with a TimeoutError, so
 * that the caller retries.
 */
export async function* listed<T>(listing: Promise<Listing<T>>): AsyncGenerator<T, void, void> {
  const source = await listing;
  const items = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const item = await within(SILENCE_MS, items.next(), () => undefined);
      if (item === undefined) {
        throw Object.assign(new Error('a table was not listed to its end'), { name: 'TimeoutError' });
      }
      if (item.done) return;
      yield item.value;
    }
  } finally {
    // Ends the subscription of the listing in every case.
    source.stop?.();
  }
}

export interface Listing<T> extends AsyncIterable<T> {
  stop?(error?: Error): void;
}

/** All items of a listing. */
export async function collect<T>(listing: Promise<Listing<T>>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of listed(listing)) found.push(item);
  return found;
}

/** Longer than the interval of the library's heartbeats (5 s). */
const SILENCE_MS = 8_000;

/** Creates an entry, or replaces one that is invalid by its `form`. False when a valid entry exists. */
export async function createEntry<T>(table: KV, key: string, value: T, form?: Form<T>): Promise<boolean> {
  try {
    await table.create(key, JSON.stringify(value));
    return true;
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  if (form === undefined) return false;
  const entry = await table.get(key);
  const isBad = entry !== null && entry.operation === 'PUT' && parseEntry(entry.value, form) === undefined;
  return isBad && (await updateEntry(table, key, value, entry.revision));
}

/** Updates an entry of that revision. False when another machine has changed it first. */
export async function updateEntry(table: KV, key: string, value: unknown, revision: number): Promise<boolean> {
  try {
    await table.update(key, JSON.stringify(value), revision);
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

/** "wrong last sequence", in both of its forms. */
function isConflict(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 10071 || code === 10164;
}
