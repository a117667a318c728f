/** The rows of one listed page in any format: objects, folders, and names that no request can name. */
import { TransferError } from '../../../errors.js';
import type { Reject } from '../../../model/batch.js';
import { isObjectSize, type ObjectEntry } from '../../../model/entry.js';
import { folderKey, joinKey } from '../../../model/key.js';
import { MAX_DATE_MS } from '../../../model/time.js';
import { say } from '../../../texts/say.js';

export type RowKind = 'object' | 'folder';

/** A row's data about an object; an invalid size or time is left out. */
export interface RowFacts {
  readonly size?: number | undefined;
  readonly mtimeMs?: number | undefined;
  /** The raw name is not valid Unicode; `name` only shows what it looks like. */
  readonly isInvalid?: boolean;
}

export class Rows {
  readonly entries: ObjectEntry[] = [];
  readonly directories: string[] = [];
  /** For each folder: how many files come before it. */
  readonly folderPlaces: number[] = [];
  readonly rejects: Reject[] = [];
  /** Why rows may be missing. The given rows are certain. */
  doubt: string | undefined;
  readonly #directory: string;
  readonly #limitRows: number;
  #count = 0;

  constructor(directory: string, limitRows = Number.POSITIVE_INFINITY) {
    this.#directory = directory;
    this.#limitRows = limitRows;
  }

  /** Adds a row. (Size and time of a folder mean nothing.) */
  add(kind: RowKind, name: string, { size, mtimeMs, isInvalid }: RowFacts): void {
    this.#counted();
    const directory = this.#directory;
    const key = kind === 'folder' ? folderKey(directory, name) : joinKey(directory, name);
    const problem = key === '' ? say.sources.upyun.names.empty : nameProblem(name, isInvalid);
    if (name.length > MAX_NAME_LENGTH) this.#tooLong(key, name.length);
    else if (problem !== undefined)
      this.#reject(kind === 'folder' ? { key } : { key, size, mtimeMs }, say.sources.upyun.names[kind](key, problem));
    else if (kind === 'folder') {
      this.directories.push(key);
      this.folderPlaces.push(this.entries.length);
    } else this.entries.push({ key, size, mtimeMs });
  }

  /** Adds a row that is neither an object nor a folder. */
  addOdd(name: string, type: string): void {
    this.#counted();
    const key = joinKey(this.#directory, name);
    if (name.length > MAX_NAME_LENGTH) this.#tooLong(key, name.length);
    else this.#reject({ key }, say.sources.upyun.names.odd(key, shorten(type)));
  }

  /** Part of the page cannot be read; keeps the first reason. */
  doubtful(reason: string): void {
    this.doubt ??= reason;
  }

  #counted(): void {
    if (++this.#count > this.#limitRows) {
      throw new TransferError('ERR_LISTING', say.sources.upyun.listing.tooManyRows(this.#limitRows));
    }
  }

  #reject(entry: ObjectEntry, problem: string): void {
    const error = new TransferError('ERR_UNSAFE_KEY', problem);
    this.rejects.push({ entry, error, kind: 'name' });
  }

  #tooLong(key: string, length: number): void {
    const start = key.slice(0, this.#directory.length + SHOWN_NAME_LENGTH);
    const error = new TransferError('ERR_NAME_TOO_LONG', say.sources.upyun.names.tooLong(start, length));
    this.rejects.push({ entry: { key: start }, error, kind: 'name' });
  }
}

/**
 * Decimal digits → the size of an object in bytes; undefined for anything else (`Number` alone would read an empty
 * field as 0).
 */
export function sizeOf(field: string): number | undefined {
  const size = /^\d{1,16}$/.test(field) ? Number(field) : Number.NaN;
  return isObjectSize(size) ? size : undefined;
}

/**
 * Seconds since 1970, with or without a fraction → milliseconds; undefined for anything else. A time before 1970 is
 * invalid: no object store is that old, and disks keep it differently.
 */
export function mtimeMsOf(field: string): number | undefined {
  return /^\d{1,15}(\.\d{1,9})?$/.test(field) ? msOf(Number(field)) : undefined;
}

/** The same for a valid number. */
export function msOf(seconds: number): number | undefined {
  const ms = Math.floor(seconds * 1000 + 1e-3);
  return ms <= MAX_DATE_MS ? ms : undefined;
}

/** Names that no request can name. */
function nameProblem(name: string, isInvalid: boolean | undefined): string | undefined {
  if (name.includes('/')) return say.sources.upyun.names.slash;
  return isInvalid ? say.sources.upyun.names.notUtf8 : undefined;
}

/** Cuts the server's text to fit into a message. */
export function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}

/**
 * No object store accepts a longer name (Amazon S3: 1,024 bytes a key), and it would be in every message and journal
 * line.
 */
const MAX_NAME_LENGTH = 4_096;
/** Enough to recognise a name. */
const SHOWN_NAME_LENGTH = 60;
