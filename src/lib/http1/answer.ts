/** Parses one answer from the socket: its heads, then its body in any framing. Calls only its handler. */
import { ChunkedDecoder } from './chunked.js';
import { type Framing, framingOf, isReusable, keepAliveMs } from './framing.js';
import { type AnswerHead, MAX_HEAD_BYTES, parseHead } from './head.js';
import { type AnswerHandler, type Flow, WireError } from './transport.js';

const HEAD_END = Buffer.from('\r\n\r\n');
/** Every answer begins with this. */
const BEGINNING = 'HTTP/1.';
const NO_BYTES = Buffer.alloc(0);

/** The connection that carries the answer. */
export interface AnswerCarrier {
  pause(): void;
  resume(): void;
  close(reason: Error): void;
}

export interface Asked {
  readonly handler: AnswerHandler;
  readonly method: 'GET' | 'HEAD';
}

export class Answer implements Flow {
  readonly handler: AnswerHandler;
  readonly sinceMs = performance.now();
  /** Known once the head has arrived. */
  isReusable = false;
  /** How long the server keeps the connection afterwards, in milliseconds; undefined = it does not say. */
  keepAliveMs: number | undefined;
  /** No byte has arrived, not even a part of a head. */
  isUntouched = true;
  /** Bytes that arrived after the end of the answer. */
  surplusBytes = 0;
  #phase: 'head' | 'body' | 'done' = 'head';
  #carrier: AnswerCarrier | undefined;
  readonly #method: 'GET' | 'HEAD';
  /** The first part of a head that is not complete yet. */
  #partOfHead: Buffer | undefined;
  #framing: Framing = 0;
  #chunked: ChunkedDecoder | undefined;
  /** Bytes of the body that are still to come. */
  #left = 0;

  constructor(carrier: AnswerCarrier, { handler, method }: Asked) {
    this.#carrier = carrier;
    this.handler = handler;
    this.#method = method;
  }

  get phase(): 'head' | 'body' | 'done' {
    return this.#phase;
  }

  pause(): void {
    this.#carrier?.pause();
  }

  resume(): void {
    this.#carrier?.resume();
  }

  abort(reason: Error): void {
    this.#carrier?.close(reason);
  }

  /** The connection no longer belongs to this answer. */
  detach(): void {
    this.#carrier = undefined;
  }

  /**
   * Parses what was read, into `block` or elsewhere. Returns whether the handler keeps the block. Throws WIRE_NOT_HTTP,
   * and errors of the handler.
   */
  read(bytes: Buffer, block: Uint8Array<SharedArrayBuffer> | undefined): boolean {
    this.isUntouched = false;
    let rest = bytes;
    // One read may bring several heads: interim heads and the final one.
    while (rest.length > 0 && this.#phase === 'head' && this.#carrier !== undefined) rest = this.#takeHead(rest);
    if (this.#carrier === undefined) return false;
    if (this.#phase === 'body' && rest.length > 0) return this.#takeBody(rest, block);
    this.surplusBytes = rest.length;
    return false;
  }

  /** The connection has ended. Returns whether that also completes the answer. */
  ended(): boolean {
    const isEnd = this.#phase === 'body' && this.#framing === 'until-close';
    if (isEnd) this.#phase = 'done';
    return isEnd;
  }

  /** Returns the bytes after the head. */
  #takeHead(read: Buffer): Buffer {
    const bytes = this.#partOfHead === undefined ? read : Buffer.concat([this.#partOfHead, read]);
    const end = bytes.indexOf(HEAD_END);
    if (end === -1 || end > MAX_HEAD_BYTES) {
      // Other protocols are rejected at once: a server of another protocol may wait for the client to speak first.
      if (!BEGINNING.startsWith(bytes.toString('latin1', 0, BEGINNING.length))) {
        parseHead(bytes.toString('latin1', 0, 60));
      }
      if (bytes.length > MAX_HEAD_BYTES) throw new WireError('WIRE_NOT_HTTP', 'its head is too long');
      this.#partOfHead = Buffer.from(bytes);
      return NO_BYTES;
    }
    this.#partOfHead = undefined;
    this.#begin(parseHead(bytes.toString('latin1', 0, end)));
    return bytes.subarray(end + HEAD_END.length);
  }

  #begin(head: AnswerHead): void {
    const { status, headers } = head;
    if (status === 101) throw new WireError('WIRE_NOT_HTTP', 'it changes to another protocol, which was not asked for');
    const framing = framingOf(head, this.#method);
    if (status >= 200) {
      this.#framing = framing;
      this.isReusable = isReusable(head, framing);
      this.keepAliveMs = keepAliveMs(headers);
      this.#left = typeof framing === 'number' ? framing : Number.POSITIVE_INFINITY;
      this.#chunked = framing === 'chunked' ? new ChunkedDecoder() : undefined;
      this.#phase = framing === 0 ? 'done' : 'body';
    }
    this.handler.onResponseStart(this, status, headers);
  }

  #takeBody(bytes: Buffer, block: Uint8Array<SharedArrayBuffer> | undefined): boolean {
    if (this.#chunked !== undefined) {
      const end = this.#chunked.push(bytes, (data) => {
        this.handler.onResponseData(this, data);
        return this.#carrier !== undefined;
      });
      if (end !== -1) this.#end(bytes.length - end);
      return false;
    }
    if (bytes.length === this.#left && this.#left === this.#framing && this.#isKept(bytes, block)) {
      this.#end(0);
      return true;
    }
    const data = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= data.length;
    this.handler.onResponseData(this, data);
    if (this.#left === 0) this.#end(bytes.length - data.length);
    return false;
  }

  /** Whether the handler keeps the body in place, and the block with it. */
  #isKept(body: Buffer, block: Uint8Array<SharedArrayBuffer> | undefined): boolean {
    if (block === undefined || body.buffer !== block.buffer) return false;
    return this.handler.onWholeBody?.(this, body, block) === true;
  }

  #end(surplusBytes: number): void {
    this.#phase = 'done';
    this.surplusBytes = surplusBytes;
  }
}
