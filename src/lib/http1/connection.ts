/**
 * One connection to the origin: a request, its answer, then the next. Reads go into a block of the memory for bodies; a
 * body that has come together with its head stays there, and the connection goes on with another block.
 */
import type { Socket } from 'node:net';
import { Answer, type Asked } from './answer.js';
import { isClosing } from './reuse.js';
import { type Origin, openSocket } from './socket.js';
import { type BodyMemory, WireError } from './transport.js';

/** A silent connection is closed after this, unless the server says how long it keeps it: most keep it for longer. */
const IDLE_MS = 4_000;
/** The server's own clock may be ahead, and a request be on its way when it closes. */
const IDLE_MARGIN_MS = 1_000;
const IDLE_LIMIT_MS = 600_000;
/** A connection is used no longer than this: the next one asks for the address anew, which may have moved during days. */
const LIFE_MS = 15 * 60_000;

export interface ConnectionTarget extends Origin {
  readonly connectTimeoutMs: number;
  /** No head, or no byte of a body, for this long ends the exchange. */
  readonly timeoutMs: number;
  readonly memory: BodyMemory | undefined;
  /** Where reads go when there is no other memory, of all connections alike: whoever gets the bytes takes them before the next read. */
  readonly readBuffer: Uint8Array;
}

/** A request and who asks. */
export interface Sent extends Asked {
  /** As it goes over the wire. */
  readonly text: string;
}

/** Whoever keeps the connections. */
export interface ConnectionOwner {
  /** Whether one that could take another request is wanted for it. */
  readonly isKeeping: boolean;
  /** An answer is complete; `isKept` when it was not the first of its connection. */
  onAnswered(isKept: boolean): void;
  /** It can take a request. */
  onIdle(connection: Connection): void;
  onClosed(connection: Connection): void;
  /**
   * Instead of `onClosed`: the server has closed a connection that it had served before, and nothing at all of an answer
   * has come. That is no failure of the request, which is to be sent anew (RFC 9112, 9.3.1).
   */
  onDropped(connection: Connection, sent: Sent): void;
}

export class Connection {
  /** Resolves when nothing of it is left. */
  readonly closed: Promise<void>;
  readonly #target: ConnectionTarget;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #sinceMs = performance.now();
  #state: 'connecting' | 'idle' | 'busy' | 'closed' = 'connecting';
  #answer: Answer | undefined;
  #sent: Sent | undefined;
  /** Answers that have come over it. */
  #answers = 0;
  #block: Uint8Array<SharedArrayBuffer> | undefined;
  #isPaused = false;
  /** Something came since the last look at the clock. */
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

  /** Sends a request, or will when it is connected. Only for a connection that is new or idle. */
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

  /** Ends the connection, and with this error the exchange. */
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

  /** To be called now and then: ends what takes too long. */
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
      // Bytes of a head do not count: they could come one by one for ever.
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
      // Nobody has asked for that: whose answer would it be?
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

  /** The answer is complete. With bytes behind it nobody knows what the next one would be. */
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
