/** Bytes → complete lines, with a maximum line length, since the input may contain anything. */
import { isUtf8 } from 'node:buffer';

/** A longer line is cut and reported as bad; a key has at most a few kB. */
export const MAX_LINE_BYTES = 64 * 1024;

/** A line, and what is wrong with its bytes, if anything. */
export interface RawLine {
  readonly text: string;
  readonly problem?: string;
}

const LINE_FEED = 10;
const NONE = Buffer.alloc(0);

/**
 * A line splitter with state: `push(chunk)` returns the lines that this chunk completes, `flush()` the last line
 * without a line feed. Holds at most one unfinished line of {@link MAX_LINE_BYTES}.
 */
export class LineSplitter {
  #rest: Buffer = NONE;
  #isTooLong = false;
  #isFirst = true;

  push(chunk: Buffer): RawLine[] {
    const lastFeed = chunk.lastIndexOf(LINE_FEED);
    if (lastFeed === -1) {
      this.#keep(chunk);
      return [];
    }
    const firstFeed = chunk.indexOf(LINE_FEED);
    const head = this.#finish(chunk.subarray(0, firstFeed));
    const lines = firstFeed === lastFeed ? [] : splitBlock(chunk.subarray(firstFeed + 1, lastFeed));
    this.#keep(chunk.subarray(lastFeed + 1));
    return [head, ...lines];
  }

  flush(): RawLine[] {
    return this.#rest.length === 0 ? [] : [this.#finish(NONE)];
  }

  #keep(bytes: Buffer): void {
    if (this.#isTooLong) return;
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    if (this.#rest.length <= MAX_LINE_BYTES) return;
    this.#isTooLong = true;
    this.#rest = Buffer.from(this.#rest.subarray(0, MAX_LINE_BYTES));
  }

  #finish(tail: Buffer): RawLine {
    this.#keep(tail);
    const bytes = this.#isFirst ? withoutBom(this.#rest) : this.#rest;
    const isTooLong = this.#isTooLong;
    this.#rest = NONE;
    this.#isTooLong = false;
    this.#isFirst = false;
    return isTooLong ? { text: bytes.toString(), problem: tooLong } : decodeLine(bytes);
  }
}

const tooLong = `the line is longer than ${MAX_LINE_BYTES} bytes`;

/** Some editors write a byte order mark before the first line; it is not part of the first key. */
function withoutBom(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function splitBlock(block: Buffer): RawLine[] {
  // The common case: decode once, and let the engine split.
  if (block.length <= MAX_LINE_BYTES * 16 && isUtf8(block)) {
    return block
      .toString()
      .split('\n')
      .map((text) => (isTooLong(text) ? { text, problem: tooLong } : { text }));
  }
  const lines: RawLine[] = [];
  for (let start = 0; start <= block.length; ) {
    const feed = block.indexOf(LINE_FEED, start);
    const end = feed === -1 ? block.length : feed;
    lines.push(decodeLine(block.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

/** Counts bytes only for a long line: one unit of a string's length has at most three bytes. */
function isTooLong(text: string): boolean {
  return text.length > MAX_LINE_BYTES / 3 && Buffer.byteLength(text) > MAX_LINE_BYTES;
}

/** Decoding would change a name that is not UTF-8 into another name, so it is rejected. */
function decodeLine(bytes: Buffer): RawLine {
  const text = bytes.toString();
  if (bytes.length > MAX_LINE_BYTES) return { text, problem: tooLong };
  return isUtf8(bytes) ? { text } : { text, problem: 'the line is neither valid UTF-8 nor UTF-16' };
}
