/** The rows of one listed page, whatever its format: objects, folders, and names that no request can name. */
import { TransferError } from '../../../errors.js';
import { isObjectSize, type ObjectEntry } from '../../../model/entry.js';
import { folderKey, joinKey } from '../../../model/key.js';
import type { Reject } from '../../../model/part.js';

export type RowKind = 'object' | 'folder';

/** What a row says of an object; a size or a time that is none is left out. */
export interface RowFacts {
  readonly size?: number | undefined;
  readonly mtimeMs?: number | undefined;
  /** The name as it was sent is no Unicode text: what is given only shows what it looks like. */
  readonly isInvalid?: boolean;
}

export class Rows {
  readonly entries: ObjectEntry[] = [];
  readonly directories: string[] = [];
  readonly rejects: Reject[] = [];
  /** Why the page is not beyond doubt: the rows that are given are, but others may be missing. */
  doubt: string | undefined;
  readonly #directory: string;
  readonly #limitRows: number;
  #count = 0;

  constructor(directory: string, limitRows = Number.POSITIVE_INFINITY) {
    this.#directory = directory;
    this.#limitRows = limitRows;
  }

  /** Enters a row. (Size and time of a folder mean nothing.) */
  add(kind: RowKind, name: string, { size, mtimeMs, isInvalid }: RowFacts): void {
    this.#counted();
    const directory = this.#directory;
    const key = kind === 'folder' ? folderKey(directory, name) : joinKey(directory, name);
    const problem = key === '' ? 'the name is empty' : nameProblem(name, isInvalid);
    if (name.length > MAX_NAME_LENGTH) this.#tooLong(key, name.length);
    else if (problem !== undefined)
      this.#reject(kind === 'folder' ? { key } : { key, size, mtimeMs }, `${kind} `, problem);
    else if (kind === 'folder') this.directories.push(key);
    else this.entries.push({ key, size, mtimeMs });
  }

  /** Enters a row that says neither that it is an object nor that it is a folder. */
  addOdd(name: string, type: string): void {
    this.#counted();
    const key = joinKey(this.#directory, name);
    if (name.length > MAX_NAME_LENGTH) this.#tooLong(key, name.length);
    else this.#reject({ key }, '', `its type ${shorten(type)} is neither that of an object nor that of a folder`);
  }

  /** Something of the page cannot be read; the first of it is told. */
  doubtful(reason: string): void {
    this.doubt ??= reason;
  }

  #counted(): void {
    if (++this.#count > this.#limitRows) {
      throw new TransferError('ERR_LISTING', `a page of more than ${this.#limitRows} rows`);
    }
  }

  #reject(entry: ObjectEntry, what: string, problem: string): void {
    const error = new TransferError('ERR_UNSAFE_KEY', `${what}${JSON.stringify(entry.key)}: ${problem}`);
    this.rejects.push({ entry, error, kind: 'name' });
  }

  #tooLong(key: string, length: number): void {
    const start = key.slice(0, this.#directory.length + SHOWN_NAME_LENGTH);
    const message = `${JSON.stringify(start)}…: a name of ${length} bytes and more is none`;
    const error = new TransferError('ERR_NAME_TOO_LONG', message);
    this.rejects.push({ entry: { key: start }, error, kind: 'name' });
  }
}

/** Decimal digits → the bytes of an object; undefined for anything else (`Number` alone would take an empty field as 0). */
export function sizeOf(field: string): number | undefined {
  const size = /^\d{1,16}$/.test(field) ? Number(field) : Number.NaN;
  return isObjectSize(size) ? size : undefined;
}

/**
 * Seconds since 1970, whole or not → milliseconds; undefined for anything else. A time before 1970 is none: no store of
 * objects is as old, and what a disk keeps of it differs.
 */
export function mtimeMsOf(field: string): number | undefined {
  return /^\d{1,15}(\.\d{1,9})?$/.test(field) ? msOf(Number(field)) : undefined;
}

/** The same for a number that is known to be one. */
export function msOf(seconds: number): number | undefined {
  const ms = Math.floor(seconds * 1000 + 1e-3);
  return ms <= MAX_DATE_MS ? ms : undefined;
}

/** Names that no request could name again. */
function nameProblem(name: string, isInvalid: boolean | undefined): string | undefined {
  if (name.includes('/')) return 'the name holds a slash';
  return isInvalid ? 'the name is not valid UTF-8' : undefined;
}

/** Of what a server sends, as much as a message can hold. */
export function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}

/** No store of objects takes a longer name (Amazon S3: 1,024 bytes a key); it would travel through every message and journal line. */
const MAX_NAME_LENGTH = 4_096;
/** Enough to recognise it. */
const SHOWN_NAME_LENGTH = 60;

/** The largest mtime a JavaScript date can hold (ECMA-262, 21.4.1.1). */
const MAX_DATE_MS = 8.64e15;
