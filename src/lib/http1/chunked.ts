/** Decodes the chunked transfer coding (RFC 9112, 7.1) as it arrives from the socket. */
import { MAX_HEAD_BYTES } from './head.js';
import { WireError } from './transport.js';

/** A chunk size and its extensions; servers send far less. */
const MAX_SIZE_LINE_BYTES = 1_024;
/** 13 hexadecimal digits are less than 2^53. */
const SIZE_LINE = /^([0-9A-Fa-f]{1,13})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;

const CR = 0x0d;
const LF = 0x0a;

export class ChunkedDecoder {
  #state: 'size' | 'data' | 'after-data' | 'trailer' = 'size';
  /** Bytes of the chunk that are still to come. */
  #left = 0;
  #line: number[] = [];
  #trailerBytes = 0;

  /**
   * Passes the data to `onData` until that returns false. Returns how many of `bytes` belong to the body once it has
   * ended, else -1. Throws WIRE_NOT_HTTP.
   */
  push(bytes: Buffer, onData: (data: Buffer) => boolean): number {
    for (let offset = 0; offset < bytes.length; ) {
      if (this.#state === 'data') {
        const data = bytes.subarray(offset, offset + this.#left);
        offset += data.length;
        this.#left -= data.length;
        if (this.#left === 0) this.#state = 'after-data';
        if (!onData(data)) return -1;
      } else if (this.#takeLine(bytes[offset++]!)) return offset;
    }
    return -1;
  }

  /** Returns whether the body ends with this byte. */
  #takeLine(byte: number): boolean {
    if (byte !== LF) {
      const limit = this.#state === 'trailer' ? MAX_HEAD_BYTES - this.#trailerBytes : MAX_SIZE_LINE_BYTES;
      if (this.#line.length >= limit) throw notHttp('a line between its chunks is too long');
      this.#line.push(byte);
      return false;
    }
    if (this.#line.pop() !== CR) throw notHttp('a line between its chunks ends without CR');
    const line = String.fromCharCode(...this.#line);
    this.#line = [];
    return this.#endLine(line);
  }

  #endLine(line: string): boolean {
    if (this.#state === 'trailer') {
      this.#trailerBytes += line.length + 2;
      return line === '';
    }
    if (this.#state === 'after-data') {
      if (line !== '') throw notHttp('a chunk is longer than it says');
      this.#state = 'size';
      return false;
    }
    const match = SIZE_LINE.exec(line);
    if (match === null) throw notHttp(`a chunk begins with ${JSON.stringify(line.slice(0, 60))}`);
    this.#left = Number.parseInt(match[1]!, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'data';
    return false;
  }
}

function notHttp(detail: string): WireError {
  return new WireError('WIRE_NOT_HTTP', detail);
}
