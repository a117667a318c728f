/** The data in the pipelines: a page of a listing, its batches, the delivery of one object, and its result. */
import type { TransferError } from '../errors.js';
import type { ObjectEntry } from './entry.js';
import { isForeignForm } from './forms/key-hint.js';
import type { BadLine } from './line.js';
import type { Blame, Outcome } from './outcome.js';
import type { PageProgress } from './page-progress.js';
import type { KnownVersion } from './urls/known-version.js';

/**
 * A batch holds at most this many entries: small enough for a message, large enough that its overhead does not matter.
 */
export const BATCH_ENTRIES = 1_000;

export type RejectKind = 'folder' | 'scope' | 'name';

/** A listed key that cannot be fetched: it counts as listed and failed. */
export interface Reject {
  readonly entry: ObjectEntry;
  readonly error: TransferError;
  /** Requests made for it (default 0). */
  readonly attempts?: number;
  /** A folder or another scope that could not be listed (`fetch` lists it), or a name that no request can name (`fetch` ignores it). */
  readonly kind: RejectKind;
}

/** One page of one directory. */
export interface Page {
  readonly entries: readonly ObjectEntry[];
  readonly rejects: readonly Reject[];
}

/** Up to {@link BATCH_ENTRIES} lines of one page or of the input; delivered and acknowledged as a whole. */
export interface Batch {
  readonly id: number;
  readonly entries: readonly ObjectEntry[];
  readonly rejects: readonly Reject[];
  readonly badLines: readonly BadLine[];
  /** A user wrote these lines; they are not rows of a listing. */
  readonly isInput?: boolean | undefined;
  /** The listed page of this batch, if pages are tracked. */
  readonly page?: PageProgress | undefined;
  /** Shared name of the batch between machines. */
  readonly key?: string | undefined;
  /** Objects not yet settled; set by flatten, counted down by settle. */
  open: number;
}

/** One object on its way through the consume half. */
export interface Delivery {
  readonly entry: ObjectEntry;
  readonly batch: Batch;
  /** What the stored file must have. Differs from the listed values if another version of the object is fetched. */
  readonly expectedSize: number | undefined;
  readonly expectedMd5: string | undefined;
  /** Requests sent, without those that only got "slow down". */
  attempts: number;
  /** Attempts that the server answered with "slow down". They cost no attempt, but their number is limited. */
  throttles: number;
  /** Attempts on a disk that accepted no more files. They cost no attempt, but their number is limited. */
  moves: number;
  /** When the first counted attempt failed; undefined before that. */
  failingSinceMs?: number | undefined;
  /** When the first request went out, by the clock of `performance.now()`. */
  beganMs?: number;
  /** Index of the volume with a version of the file; -1 = none. */
  home: number;
  /** The object as another server is asked for it, to which a redirect has led. @default as the entry says */
  asked?: ObjectEntry | undefined;
  /** The version that is stored there, if the source is to be asked whether it has changed. */
  known?: KnownVersion;
}

/** A delivery with its result: an outcome, or an error for settle to decide about. */
export type Result =
  /** The run was interrupted before this delivery began; it counts as never taken. */
  | { readonly delivery: Delivery; readonly isNotTaken: true }
  | { readonly delivery: Delivery; readonly outcome: Outcome }
  /** Its directory is throttled: retry after this time. The delivery counts as not begun. */
  | { readonly delivery: Delivery; readonly postponedMs: number }
  | {
      readonly delivery: Delivery;
      readonly error: TransferError;
      readonly isFinal?: boolean;
      /** The cause, if it had to be found out. */
      readonly blame?: Blame;
      readonly kind?: RejectKind;
    };

/**
 * Whether a listing named the object: this run's listing, or the line has data that only a listing has, or the source
 * is known not to have it, or it was stored from there. After a 404 a listed object is gone; another one may never have existed. (A size proves
 * nothing if the key has the form of another tool's list.)
 */
export function isListed({ entry: { key, size, mtimeMs, absence }, batch, known }: Delivery): boolean {
  if (!batch.isInput || absence !== undefined || known !== undefined) return true;
  return (size !== undefined || mtimeMs !== undefined) && !isForeignForm(key);
}

/** The object as it is asked for now: where redirects have led, that is another server than its line names. */
export function askedOf({ entry, asked }: Delivery): ObjectEntry {
  return asked ?? entry;
}

export function isResult(item: object): item is Result {
  return 'outcome' in item || 'error' in item || 'isNotTaken' in item || 'postponedMs' in item;
}

/** Cuts a page into batches of at most {@link BATCH_ENTRIES} lines. */
export function* cutPage({ entries, rejects }: Page, nextId: () => number): Generator<Batch, void, void> {
  for (const chunk of chunks(rejects)) yield { ...emptyBatch(nextId), rejects: chunk };
  for (const chunk of chunks(entries)) yield { ...emptyBatch(nextId), entries: chunk };
}

/**
 * The same for batches that are sent between machines. Each fits into a message, and a disk with little room left can
 * take its bytes. The cut is deterministic, so that all machines give the batches the same names.
 */
export function* cutPageForTravel({ entries, rejects }: Page, nextId: () => number): Generator<Batch, void, void> {
  for (const chunk of weighed(rejects, weightOfReject)) yield { ...emptyBatch(nextId), rejects: chunk };
  for (const chunk of weighed(entries, weightOf)) yield { ...emptyBatch(nextId), entries: chunk };
}

/** Cuts input lines into batches that fit into a message. */
export function* cutLinesForTravel(lines: readonly BadLine[], nextId: () => number): Generator<Batch, void, void> {
  const weigh = ({ text, reason }: BadLine) => ({ chars: charsOf(text) + charsOf(reason), bytes: 0 });
  for (const chunk of weighed(lines, weigh)) yield { ...emptyBatch(nextId), badLines: chunk };
}

/** A message may have 1 MiB (NATS, max_payload). */
const TRAVEL_CHARS = 480 * 1024;
/** A larger object gets a batch of its own. */
const TRAVEL_BYTES = 256 * 1024 ** 2;

interface Weight {
  /** Upper bound of the JSON text, in bytes. */
  readonly chars: number;
  /** Size of the object. */
  readonly bytes: number;
}

/** An escaped character takes six bytes; numbers, a storage class and punctuation take less than a hundred. */
function charsOf(text: string): number {
  return 6 * text.length;
}

function weightOf({ key, size = 0, etag = '', md5 = '' }: ObjectEntry): Weight {
  return { chars: charsOf(key) + charsOf(etag) + md5.length + 100, bytes: size };
}

function weightOfReject({ entry, error }: Reject): Weight {
  return { chars: weightOf(entry).chars + charsOf(error.message) + 100, bytes: 0 };
}

function* weighed<T>(items: readonly T[], weigh: (item: T) => Weight): Generator<readonly T[], void, void> {
  let chunk: T[] = [];
  let chars = 0;
  let bytes = 0;
  for (const item of items) {
    const weight = weigh(item);
    const isOver = chars + weight.chars > TRAVEL_CHARS || bytes + weight.bytes > TRAVEL_BYTES;
    if (chunk.length > 0 && (isOver || chunk.length === BATCH_ENTRIES)) {
      yield chunk;
      chunk = [];
      chars = 0;
      bytes = 0;
    }
    chunk.push(item);
    chars += weight.chars;
    bytes += weight.bytes;
  }
  if (chunk.length > 0) yield chunk;
}

export function* cutBadLines(lines: readonly BadLine[], nextId: () => number): Generator<Batch, void, void> {
  for (const chunk of chunks(lines)) yield { ...emptyBatch(nextId), badLines: chunk };
}

/** Numbers a run's batches: 1, 2, 3, … */
export function counter(): () => number {
  let last = 0;
  return () => ++last;
}

function emptyBatch(nextId: () => number): Batch {
  return { id: nextId(), entries: [], rejects: [], badLines: [], open: 0 };
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[], void, void> {
  for (let start = 0; start < items.length; start += BATCH_ENTRIES) yield items.slice(start, start + BATCH_ENTRIES);
}
