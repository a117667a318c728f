/** What travels through the pipelines: a page of a listing, its parts, one object's delivery, and its outcome. */
import type { TransferError } from '../errors.js';
import type { ObjectEntry } from './entry.js';
import { isForeignForm } from './key-hint.js';
import type { BadLine } from './line.js';
import type { Blame, Outcome } from './outcome.js';
import type { PageProgress } from './page-progress.js';

/** A part holds at most this many entries: small enough to be a message, large enough that handling it costs nothing. */
export const PART_ENTRIES = 1_000;

export type RejectKind = 'folder' | 'name';

/** A key that was listed but cannot be fetched: it counts as listed and failed. */
export interface Reject {
  readonly entry: ObjectEntry;
  readonly error: TransferError;
  /** Requests that were made for it (default 0). */
  readonly attempts?: number;
  /** A folder that could not be listed (`fetch` lists it), or a name that no request can name (`fetch` leaves it be). */
  readonly kind: RejectKind;
}

/** One page of one directory. */
export interface Page {
  readonly entries: readonly ObjectEntry[];
  readonly rejects: readonly Reject[];
}

/** Up to {@link PART_ENTRIES} lines of one page or of the input; delivered and acknowledged as a whole. */
export interface Part {
  readonly id: number;
  readonly entries: readonly ObjectEntry[];
  readonly rejects: readonly Reject[];
  readonly badLines: readonly BadLine[];
  /** Lines that somebody has written, not rows of a listing. */
  readonly isInput?: boolean | undefined;
  /** The listed page that it is a piece of, where pages are remembered. */
  readonly page?: PageProgress | undefined;
  /** By which several machines know it. */
  readonly key?: string | undefined;
  /** Objects not yet settled; set by flatten, counted down by settle. */
  open: number;
}

/** One object on its way through the consume half. */
export interface Delivery {
  readonly entry: ObjectEntry;
  readonly part: Part;
  /** What the stored file must have; not the listed values when another version of the object is fetched. */
  readonly expectedSize: number | undefined;
  readonly expectedMd5: string | undefined;
  /** Requests sent, without those that only met "slow down". */
  attempts: number;
  /** Attempts that the server answered with "slow down"; they cost nothing but are not endless. */
  throttles: number;
  /** Attempts that met a disk that took no more; they cost nothing but are not endless. */
  moves: number;
  /** When the first of the attempts failed that count; undefined before. */
  failingSinceMs?: number | undefined;
  /** The volume that has a version of the file; -1 = none. */
  home: number;
}

/** A delivery with what became of it: an outcome, or an error that settle has to judge. */
export type Result =
  /** Not begun when the run was interrupted: as if it had never been taken. */
  | { readonly delivery: Delivery; readonly isWithdrawn: true }
  | { readonly delivery: Delivery; readonly outcome: Outcome }
  /** Its directory has no turn yet: to come again after that time, as if it had not been here. */
  | { readonly delivery: Delivery; readonly postponedMs: number }
  | {
      readonly delivery: Delivery;
      readonly error: TransferError;
      readonly isFinal?: boolean;
      /** Whose fault it is, where that had to be found out. */
      readonly blame?: Blame;
      readonly kind?: RejectKind;
    };

/**
 * Whether a listing has named the object: it is of this run, or the line says what only a listing knows, or that the source is
 * known not to have it. Of what is not there the one is gone, the other perhaps never was. (A size proves nothing where the
 * key has the form that another tool's list has.)
 */
export function isListed({ entry: { key, size, mtimeMs, absence }, part }: Delivery): boolean {
  if (!part.isInput || absence !== undefined) return true;
  return (size !== undefined || mtimeMs !== undefined) && !isForeignForm(key);
}

export function isResult(item: object): item is Result {
  return 'outcome' in item || 'error' in item || 'isWithdrawn' in item || 'postponedMs' in item;
}

/** A page as parts of at most {@link PART_ENTRIES} lines. */
export function* cutPage({ entries, rejects }: Page, nextId: () => number): Generator<Part, void, void> {
  for (const some of chunks(rejects)) yield { ...emptyPart(nextId), rejects: some };
  for (const some of chunks(entries)) yield { ...emptyPart(nextId), entries: some };
}

/**
 * The same in pieces that can travel: each of them fits into a message, and a disk with little room left can take the bytes
 * of one. Cut in the same way whoever cuts it, so that the pieces have the same names.
 */
export function* cutPageForTravel({ entries, rejects }: Page, nextId: () => number): Generator<Part, void, void> {
  for (const some of weighed(rejects, weightOfReject)) yield { ...emptyPart(nextId), rejects: some };
  for (const some of weighed(entries, weightOf)) yield { ...emptyPart(nextId), entries: some };
}

/** Lines of input, cut to pieces that can travel. */
export function* cutLinesForTravel(lines: readonly BadLine[], nextId: () => number): Generator<Part, void, void> {
  const weigh = ({ text, reason }: BadLine) => ({ chars: charsOf(text) + charsOf(reason), bytes: 0 });
  for (const some of weighed(lines, weigh)) yield { ...emptyPart(nextId), badLines: some };
}

/** A message may have 1 MiB (NATS, max_payload). */
const TRAVEL_CHARS = 480 * 1024;
/** An object that is larger travels alone. */
const TRAVEL_BYTES = 256 * 1024 ** 2;

interface Weight {
  /** Upper bound of the JSON text, in bytes. */
  readonly chars: number;
  /** Of the object. */
  readonly bytes: number;
}

/** A character that is escaped takes six bytes; numbers and punctuation less than a hundred. */
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
  let some: T[] = [];
  let chars = 0;
  let bytes = 0;
  for (const item of items) {
    const weight = weigh(item);
    const isOver = chars + weight.chars > TRAVEL_CHARS || bytes + weight.bytes > TRAVEL_BYTES;
    if (some.length > 0 && (isOver || some.length === PART_ENTRIES)) {
      yield some;
      some = [];
      chars = 0;
      bytes = 0;
    }
    some.push(item);
    chars += weight.chars;
    bytes += weight.bytes;
  }
  if (some.length > 0) yield some;
}

export function* cutBadLines(lines: readonly BadLine[], nextId: () => number): Generator<Part, void, void> {
  for (const some of chunks(lines)) yield { ...emptyPart(nextId), badLines: some };
}

/** The ids of a run's parts: 1, 2, 3, … */
export function counter(): () => number {
  let last = 0;
  return () => ++last;
}

function emptyPart(nextId: () => number): Part {
  return { id: nextId(), entries: [], rejects: [], badLines: [], open: 0 };
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[], void, void> {
  for (let start = 0; start < items.length; start += PART_ENTRIES) yield items.slice(start, start + PART_ENTRIES);
}
