/**
 * One connection to the origin: one request, its answer, then the next. Reads go into a block of the memory for bodies.
 * A body that arrives together with its head stays in that block, and the connection takes another one.
 */
import type { Socket } from 'node:net';
import { Answer, type Asked } from './answer.js';
import { isClosing } from './reuse.js';
import { type Origin, openSocket } from './socket.js';
import { type BodyMemory, WireError } from './transport.js';

/**
 * A silent connection is closed after this, unless the server says how long it keeps it. Most servers keep it longer.
 */
const IDLE_MS = 4_000;
/** The server may close the connection a little earlier while a request is in flight. */
const IDLE_MARGIN_MS = 1_000;
const IDLE_LIMIT_MS = 600_000;
/**
 * The maximum age of a connection. A new one resolves the host name again, since the address may change in a run of
 * days.
 */
const LIFE_MS = 15 * 60_000;

export interface ConnectionTarget extends Origin {
  readonly connectTimeoutMs: number;
  /** The exchange ends when no head, or no byte of a body, arrives for this long. */
  readonly timeoutMs: number;
  readonly memory: BodyMemory | undefined;
  /**
   * Shared by all connections, for reads when there is no other memory. The reader takes the bytes before the next
   * read.
   */
  readonly readBuffer: Uint8Array;
}

/** A request with its handler. */
export interface Sent extends Asked {
  /** The request as it is sent. */
  readonly text: string;
}

/** The pool, as a connection sees it. */
export interface ConnectionOwner {
  /** Whether the pool wants to reuse an idle connection. */
  readonly isKeeping: boolean;
  /** An answer is complete. `isKept`: it was not the first answer of its connection. */
  onAnswered(isKept: boolean): void;
  /** The connection can take a request. */
  onIdle(connection: Connection): void;
  onClosed(connection: Connection): void;
  /**
   * Called instead of `onClosed` when the server closes a reused connection before any byte of the answer. That is no
   * failure: the request must be sent again (RFC 9112, 9.3.1).
   */
  onDropped(connection: Connection, sent: Sent): void;
}

export class Connection {
  /** Resolves once the socket is closed. */
  readonly closed: Promise<void>;
  readonly #target: ConnectionTarget;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #sinceMs = performance.now();
  #state: 'connecting' | 'idle' | 'busy' | 'closed' = 'connecting';
  #answer: Answer | undefined;
  #sent: Sent | undefined;
  /** Answers received on this connection. */
  #answers = 0;
  #block: Uint8Array<SharedArrayBuffer> | undefined;
  #isPaused = false;
  /** Something arrived since the last check. */
  #hasMoved = false;
  #movedMs = performance.now();
  #idleMs = IDLE_MS;

  constructor(target: ConnectionTarget, owner: ConnectionOwner) {
    this.#target = target;
    this.#owner = owner;
    this.#socket = openSocket(target, {
      onConnect: () => this.#connected(),
      nextBuffer: () => this.#nextBuffer(),
      onRead: (bytes) => this.#read(bytes),
    });
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('error', (error) => this.close(error));
    this.#socket.on('close', () => this.close(new WireError('WIRE_CLOSED', 'the connection was closed')));
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  /** Sends a request, at once or when the connection is open. Only for a connection that is new or idle. */
  send(sent: Sent): void {
    this.#answer = new Answer(this, sent);
    this.#sent = sent;
    if (this.#state !== 'connecting') this.#write();
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#hasMoved = true;
    this.#socket.resume();
  }

  /** Closes the connection and ends the exchange with this error. */
  close(error: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#socket.destroy();
    if (this.#block !== undefined) this.#target.memory?.free(this.#block);
    this.#block = undefined;
    const sent = this.#sent;
    const answer = this.#takeAnswer();
    if (sent !== undefined && this.#answers > 0 && answer!.isUntouched && isClosing(error)) {
      this.#owner.onDropped(this, sent);
      return;
    }
    this.#owner.onClosed(this);
    answer?.handler.onResponseError(answer, error);
  }

  /** Closes the connection if it has waited too long. The pool calls this regularly. */
  look(nowMs: number): void {
    const { timeoutMs, connectTimeoutMs } = this.#target;
    if (this.#hasMoved) {
      this.#hasMoved = false;
      this.#movedMs = nowMs;
    }
    const silentMs = nowMs - this.#movedMs;
    const ageMs = nowMs - this.#sinceMs;
    if (this.#state === 'connecting') {
      if (ageMs > connectTimeoutMs) this.close(new WireError('WIRE_CONNECT_TIMEOUT', 'no connection'));
    } else if (this.#state === 'idle') {
      const isOver = silentMs > this.#idleMs || ageMs > LIFE_MS;
      if (isOver) this.close(new WireError('WIRE_CLOSED', 'it is not used'));
    } else if (this.#answer?.phase === 'head') {
      // Bytes of a head do not extend the time: a server could send them one by one for ever.
      const isOver = nowMs - this.#answer.sinceMs > timeoutMs;
      if (isOver) this.close(new WireError('WIRE_HEAD_TIMEOUT', 'no answer'));
    } else if (!this.#isPaused && silentMs > timeoutMs) {
      this.close(new WireError('WIRE_BODY_TIMEOUT', 'the body stopped'));
    }
  }

  #connected(): void {
    if (this.#state === 'connecting') this.#write();
  }

  #write(): void {
    this.#state = 'busy';
    this.#socket.write(this.#sent!.text, 'latin1');
    this.#answer!.handler.onRequestStart();
  }

  #nextBuffer(): Uint8Array {
    const { memory, readBuffer } = this.#target;
    if (this.#state !== 'closed') this.#block ??= memory?.allocate(readBuffer.length);
    return this.#block ?? readBuffer;
  }

  #read(bytes: Buffer): void {
    this.#hasMoved = true;
    const answer = this.#answer;
    if (answer === undefined) {
      // No request is open, so these bytes belong to no answer.
      this.close(new WireError('WIRE_CLOSED', 'the server sends more than it was asked for'));
      return;
    }
    try {
      if (answer.read(bytes, this.#block)) this.#block = undefined;
    } catch (error) {
      this.close(error as Error);
      return;
    }
    if (this.#state === 'busy' && answer.phase === 'done') this.#finish(answer);
  }

  /** The answer is complete. If bytes follow it, the next answer is not reliable, so the connection is closed. */
  #finish(answer: Answer): void {
    this.#takeAnswer();
    this.#owner.onAnswered(this.#answers > 0);
    this.#answers++;
    const isOld = performance.now() - this.#sinceMs > LIFE_MS;
    const isReusable = answer.isReusable && answer.surplusBytes === 0 && !isOld;
    if (isReusable && this.#owner.isKeeping) this.#rest(answer.keepAliveMs);
    else this.close(new WireError('WIRE_CLOSED', 'it is not used again'));
    answer.handler.onResponseEnd(answer);
  }

  #rest(keepAliveMs = IDLE_MS + IDLE_MARGIN_MS): void {
    this.resume();
    this.#idleMs = Math.min(keepAliveMs - IDLE_MARGIN_MS, IDLE_LIMIT_MS);
    this.#state = 'idle';
    this.#hasMoved = true;
    this.#owner.onIdle(this);
  }

  #ended(): void {
    if (this.#answer?.ended()) this.#finish(this.#answer);
    else this.close(new WireError('WIRE_CLOSED', 'the server closed the connection'));
  }

  #takeAnswer(): Answer | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    this.#sent = undefined;
    answer?.detach();
    return answer;
  }
}
