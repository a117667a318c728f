/** An append-only file of short lines that are found again by where they begin. Synchronous; throws system errors. */
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { wholeLinesBytes } from '../../lib/files/torn-line.js';
import { type GiveWay, withSpaceSync } from '../../lib/files/with-space.js';

/** Of a line, with its line feed. */
export const LINE_BYTES = 1_024;
const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 10;
/** So many lines are written at once. */
const WAITING_LINES = 1_000;

export interface FoundLine {
  readonly at: number;
  /** Behind its line feed. */
  readonly end: number;
  readonly text: string;
}

export class LineFile {
  readonly #fd: number;
  readonly #giveWay: GiveWay | undefined;
  readonly #line = Buffer.alloc(LINE_BYTES);
  #waiting: string[] = [];
  #isScheduled = false;
  #bytes: number;
  #failure: unknown;
  #isClosed = false;

  /** Drops a torn line at the end. */
  constructor(path: string, giveWay: GiveWay | undefined) {
    this.#fd = openSync(path, 'a+');
    this.#giveWay = giveWay;
    this.#bytes = wholeLinesBytes(this.#fd, fstatSync(this.#fd).size);
    ftruncateSync(this.#fd, this.#bytes);
  }

  /** With the lines that are not written yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns where the line begins. It is written in the next turn of the event loop, so that a kill loses little. */
  append(text: string): number {
    if (this.#failure !== undefined) throw this.#failure;
    const at = this.#bytes;
    this.#waiting.push(text);
    this.#bytes += Buffer.byteLength(text) + 1;
    if (this.#waiting.length >= WAITING_LINES) this.write();
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        try {
          this.write();
        } catch {
          // The next line fails with it, or the end.
        }
      });
    }
    return at;
  }

  write(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`);
    this.#waiting = [];
    try {
      let written = 0;
      while (written < bytes.length) written += withSpaceSync(() => writeSync(this.#fd, bytes, written), this.#giveWay);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /** The line that begins there. */
  read(at: number): string {
    this.write();
    const length = readSync(this.#fd, this.#line, 0, LINE_BYTES, at);
    const end = this.#line.subarray(0, length).indexOf(LINE_FEED);
    return this.#line.toString('utf8', 0, Math.max(0, end));
  }

  *lines(): Generator<FoundLine, void, void> {
    this.write();
    const size = this.#bytes;
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = 0; at < size; ) {
      const length = readSync(this.#fd, chunk, 0, Math.min(CHUNK_BYTES, size - at), at);
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1 && end < length; end = chunk.indexOf(LINE_FEED, start)) {
        yield { at: at + start, end: at + end + 1, text: chunk.toString('utf8', start, end) };
        start = end + 1;
      }
      // Sluice did not write a line that is longer than a piece.
      if (start === 0) return;
      at += start;
    }
  }

  truncate(bytes: number): void {
    ftruncateSync(this.#fd, bytes);
    this.#bytes = bytes;
  }

  /** All lines are durable afterwards. */
  sync(): void {
    this.write();
    fdatasyncSync(this.#fd);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.write();
    } finally {
      closeSync(this.#fd);
    }
  }
}
