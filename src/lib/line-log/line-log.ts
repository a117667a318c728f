/**
 * An append-only file of lines with checksums: `crc32 sequence json`. A line counts only if its checksum is right. A
 * missing sequence number shows that lines in between are lost. (After cacache's index, one record per line.)
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type GiveWay, withSpace } from '../files/with-space.js';

export interface LoggedLine {
  readonly sequence: number;
  readonly value: unknown;
  /** Lines before this one are damaged or missing. */
  readonly isAfterGap: boolean;
}

export interface ReadLog {
  readonly lines: LoggedLine[];
  /** Damaged places with a valid line after them. Damage at the end of the file is a torn write, and normal. */
  readonly gaps: number;
  /** Exact to one byte. */
  readonly sizeBytes: number;
}

export function encodeLine(sequence: number, value: unknown): string {
  const body = `${sequence} ${JSON.stringify(value)}`;
  return `${checksum(body)} ${body}\n`;
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

/** The content of a line; undefined if the line is damaged. */
export function decodeLine(line: string): { sequence: number; value: unknown } | undefined {
  const match = /^([0-9a-f]{8}) ((\d+) (.*))$/s.exec(line);
  if (match === null || checksum(match[2]!) !== match[1]) return undefined;
  try {
    return { sequence: Number(match[3]), value: JSON.parse(match[4]!) };
  } catch {
    return undefined;
  }
}

/** Reads the whole file; a missing file is empty. Throws other system errors. */
export function readLog(path: string): ReadLog {
  const lines: LoggedLine[] = [];
  let gaps = 0;
  let sizeBytes = 0;
  let isAfterGap = false;
  for (const { bytes, skippedBytes } of linesOf(path)) {
    sizeBytes += bytes.length + skippedBytes + 1;
    if (bytes.length === 0 && skippedBytes === 0) continue;
    const decoded = skippedBytes > 0 ? undefined : decodeLine(bytes.toString());
    const before = lines.at(-1);
    // A sequence number that does not increase belongs to an older line.
    if (decoded === undefined || decoded.sequence <= (before?.sequence ?? 0)) {
      isAfterGap = true;
      continue;
    }
    if (before !== undefined && decoded.sequence !== before.sequence + 1) isAfterGap = true;
    if (isAfterGap) gaps++;
    lines.push({ ...decoded, isAfterGap });
    isAfterGap = false;
  }
  return { lines, gaps, sizeBytes };
}

interface RawLine {
  readonly bytes: Buffer;
  /** Bytes that were not kept: no valid line begins like this, or is this long. */
  readonly skippedBytes: number;
}

/** Reads in pieces: a journal may be larger than the longest string. Bytes after the last line feed are not a line. */
function* linesOf(path: string): Generator<RawLine> {
  const fd = openLog(path);
  if (fd === undefined) return;
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const rest = new Rest();
    for (let length = readSync(fd, chunk); length > 0; length = readSync(fd, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1 && end < length; end = chunk.indexOf(LINE_FEED, start)) {
        yield rest.take(chunk.subarray(start, end));
        start = end + 1;
      }
      if (start < length) rest.keep(chunk.subarray(start, length));
    }
    if (!rest.isEmpty) yield rest.take(NOTHING);
  } finally {
    closeSync(fd);
  }
}

/** The start of a line whose end was not read yet. A file of zeros is one long line, and must not be kept in memory. */
class Rest {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #skippedBytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0 && this.#skippedBytes === 0;
  }

  /** Copies the piece. */
  keep(piece: Buffer): void {
    const isLine = this.#skippedBytes === 0 && (this.#bytes > 0 || BEGINNING.test(piece.toString('latin1', 0, 8)));
    if (isLine && this.#bytes + piece.length <= LINE_LIMIT_BYTES) {
      this.#pieces.push(Buffer.from(piece));
      this.#bytes += piece.length;
      return;
    }
    this.#skippedBytes += this.#bytes + piece.length;
    this.#pieces = [];
    this.#bytes = 0;
  }

  /** Returns the whole line; `last` is its last piece. */
  take(last: Buffer): RawLine {
    const line =
      this.#skippedBytes === 0
        ? { bytes: Buffer.concat([...this.#pieces, last]), skippedBytes: 0 }
        : { bytes: NOTHING, skippedBytes: this.#skippedBytes + last.length };
    this.#pieces = [];
    this.#bytes = 0;
    this.#skippedBytes = 0;
    return line;
  }
}

/** A checksum, or the first part of one. */
const BEGINNING = /^[0-9a-f]{1,8}$/;
/** Five times the size of a page of ten thousand folders with names of the maximum length. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 10;

function openLog(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    // The file or its directory is missing: there is nothing to read.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Appends to a file that it created itself. The owner makes only one append at a time. */
export class LineLog {
  readonly #file: FileHandle;
  readonly #giveWay: GiveWay | undefined;
  #sequence: number;
  #sizeBytes = 0;

  private constructor(file: FileHandle, sequence: number, giveWay: GiveWay | undefined) {
    this.#file = file;
    this.#sequence = sequence;
    this.#giveWay = giveWay;
  }

  /**
   * Creates a new, empty file and replaces an old one. The first line gets the number after `lastSequence`. On a full
   * disk a write is repeated as long as `giveWay` makes room.
   */
  static async create(path: string, lastSequence: number, giveWay?: GiveWay): Promise<LineLog> {
    return new LineLog(await withSpace(() => open(path, 'w'), giveWay), lastSequence, giveWay);
  }

  /** Sequence number of the last line. */
  get sequence(): number {
    return this.#sequence;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Resolves once the system has the lines. */
  async append(values: readonly unknown[]): Promise<void> {
    let text = '';
    for (const value of values) {
      text += encodeLine(++this.#sequence, value);
      if (text.length < CHUNK_BYTES) continue;
      await this.#write(text);
      text = '';
    }
    await this.#write(text);
  }

  /** Resolves once everything appended is durable, if the disk reports that truthfully. */
  sync(): Promise<void> {
    return withSpace(() => this.#file.datasync(), this.#giveWay);
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await withSpace(() => this.#put(bytes), this.#giveWay);
    this.#sizeBytes += bytes.length;
  }

  /** A repeated write starts at the same place, so it overwrites what the full disk took before. */
  async #put(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#file.write(bytes, done, bytes.length - done, this.#sizeBytes + done)).bytesWritten;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
