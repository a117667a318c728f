/**
 * An append-only file of self-checking lines: `crc32 sequence json`. A line counts only when its checksum is right, and
 * a missing sequence number shows that something between was lost. (After cacache's index, one record a line.)
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type GiveWay, withRoom } from '../files/with-room.js';

export interface LoggedLine {
  readonly sequence: number;
  readonly value: unknown;
  /** Lines before this one were damaged or are missing. */
  readonly isAfterGap: boolean;
}

export interface ReadLog {
  readonly lines: LoggedLine[];
  /** Damaged places with something valid behind them. What is damaged at the very end is a torn write: normal. */
  readonly gaps: number;
  /** To within one byte. */
  readonly sizeBytes: number;
}

export function encodeLine(sequence: number, value: unknown): string {
  const body = `${sequence} ${JSON.stringify(value)}`;
  return `${checksum(body)} ${body}\n`;
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

/** The line's content, or undefined when anything about it is not as it was written. */
export function decodeLine(line: string): { sequence: number; value: unknown } | undefined {
  const match = /^([0-9a-f]{8}) ((\d+) (.*))$/s.exec(line);
  if (match === null || checksum(match[2]!) !== match[1]) return undefined;
  try {
    return { sequence: Number(match[3]), value: JSON.parse(match[4]!) };
  } catch {
    return undefined;
  }
}

/** Reads all of it; a file that is not there is empty. Throws the system's error for anything else. */
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
    // A number that does not go up is a line of another time.
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
  /** What was not kept of it, since no line begins like that, or is that long. */
  readonly skippedBytes: number;
}

/** Piece by piece: a journal may be larger than the longest string. What stands behind the last line feed is no line. */
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

/** The beginning of a line whose end has not been read. A file of zeros is one long line, and must not be kept. */
class Rest {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #skippedBytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0 && this.#skippedBytes === 0;
  }

  /** Takes a copy. */
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

  /** The whole line, with its last piece. */
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

/** A checksum, or as much of it as there is. */
const BEGINNING = /^[0-9a-f]{1,8}$/;
/** A page of ten thousand folders, each of whose names is as long as a disk allows, has a fifth of it. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 10;

function openLog(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    // No file, or no folder where it could be: there is nothing to read.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Appends to a file that it has made itself. One append at a time; its owner sees to that. */
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
   * Makes a new, empty file; what has that name is replaced. The first line gets the number after `lastSequence`. What the
   * disk has no room for is tried again as long as some gives way.
   */
  static async create(path: string, lastSequence: number, giveWay?: GiveWay): Promise<LineLog> {
    return new LineLog(await withRoom(() => open(path, 'w'), giveWay), lastSequence, giveWay);
  }

  /** Number of the last line. */
  get sequence(): number {
    return this.#sequence;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Resolves when the lines are with the system. */
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

  /** Resolves when everything appended is on the platter, as far as the disk can be believed. */
  sync(): Promise<void> {
    return withRoom(() => this.#file.datasync(), this.#giveWay);
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await withRoom(() => this.#put(bytes), this.#giveWay);
    this.#sizeBytes += bytes.length;
  }

  /** Always from the same place: a part of it that the disk had room for is written over. */
  async #put(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#file.write(bytes, done, bytes.length - done, this.#sizeBytes + done)).bytesWritten;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
