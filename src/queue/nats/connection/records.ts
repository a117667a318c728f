/** What a job says of itself, and its machines of themselves: entries of the tables, as JSON. */
import type { KV, KvEntry } from '@nats-io/kv';
import { within } from '../../../lib/waiting/within.js';

/** What a job is about: fixed by whoever begins it, and whoever joins has to mean the same. */
export interface SharedIdentity {
  readonly source: string;
  readonly filters: Readonly<Record<string, string>>;
}

/** `listing`: pages are walked. `input`: parts come from those who read them. */
export type JobKind = 'listing' | 'input';

export interface JobRecord extends SharedIdentity {
  readonly version: 1;
  /** A UUID: tells it from an earlier job of the same name. */
  readonly id: string;
  readonly kind: JobKind;
  readonly leaseMs: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** How often the listing has been walked, and how often it is to be. */
export interface WalkRecord {
  readonly number: number;
  readonly wanted: number;
}

/** Somebody who reads an input into the job. */
export interface FeederRecord {
  readonly state: 'open' | 'closed';
  readonly parts: number;
}

/** What a machine says of itself every other second. */
export interface WorkerRecord {
  readonly host: string;
  readonly pid: number;
  readonly role: 'list' | 'fetch' | 'both';
  readonly startedAt: string;
  /** `done`: it has ended in order. */
  readonly state: 'working' | 'full' | 'done';
  readonly openParts: number;
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly volumes: readonly { path: string; freeBytes?: number; state: string }[];
}

/** A page that was listed: what it had. */
export interface ListedRecord {
  /** Parts it was cut into. */
  p: number;
  /** Folders in it, each of which is a first page. */
  d: number;
  /** 1 when another page follows, otherwise 0. */
  n: 0 | 1;
  /** 1 for the first page of a folder. */
  f: 0 | 1;
  /** Objects, and their bytes. */
  o: number;
  b: number;
}

/** A part that is done: whose it is, and what became of its objects (`Tally.toRow`). */
export interface DoneRecord {
  w: string;
  t: unknown[];
}

/** The keys of the table `meta`. */
export const META = {
  job: 'job',
  seeded: 'seeded',
  walk: 'walk',
  complete: 'complete',
  reset: 'reset',
  limits: 'limits',
  /** A machine whose folders held files before. */
  holder: (worker: string) => `holder.${worker}`,
  feeder: (worker: string) => `feeder.${worker}`,
} as const;

/** Whether what an entry says is what we would say: anybody who reaches the queue can write into a table. */
export type Form<T> = (value: unknown) => value is T;

/** An entry that is there and right; undefined when there is none, it was removed, or it is none of ours. */
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

/** Undefined when it is none of ours. */
export function parseEntry<T>(bytes: Uint8Array, form: Form<T>): T | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
    return form(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether something stands there, whatever it says. */
export async function hasEntry(table: KV, key: string): Promise<boolean> {
  return (await table.get(key))?.operation === 'PUT';
}

/** Whether something stands there that is none of ours. */
export async function isBadEntry<T>(table: KV, key: string, form: Form<T>): Promise<boolean> {
  const entry = await table.get(key);
  return entry !== null && entry.operation === 'PUT' && parseEntry(entry.value, form) === undefined;
}

/**
 * What the client lists of a table. It takes what is said last for the end, or else a heartbeat; where neither comes, since an entry
 * has changed meanwhile, it would wait for ever. Rejects like a request without an answer, so that whoever asks comes again.
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
    // What it has subscribed to goes with it, however it ended.
    source.stop?.();
  }
}

export interface Listing<T> extends AsyncIterable<T> {
  stop?(error?: Error): void;
}

/** All of it. */
export async function collect<T>(listing: Promise<Listing<T>>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of listed(listing)) found.push(item);
  return found;
}

/** Longer than the client's heartbeats are apart (5 s). */
const SILENCE_MS = 8_000;

/** Makes an entry, also in the place of one that is none of ours by its `form`; false when it is there already. */
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

/** Changes an entry of which nobody has made another one meanwhile; false when somebody has. */
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
export function isConflict(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 10071 || code === 10164;
}
