/** Connections to one origin. They open on demand, are kept for the next request, and never exceed a maximum. */
import type { LookupFunction } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { AddressCheck } from './address-check.js';
import { Connection, type ConnectionOwner, type ConnectionTarget, type Sent } from './connection.js';
import { encodeRequest } from './head.js';
import { Reuse } from './reuse.js';
import {
  type AnswerHandler,
  type BodyMemory,
  NO_FLOW,
  type Transport,
  WireError,
  type WireRequest,
} from './transport.js';

/** Size of one socket read. In most cases it holds a small object with its head. */
const READ_BYTES = 64 * 1024;
/** How often timeouts are checked. A timeout is late by at most this, and by at most an eighth of itself. */
const LOOK_LIMIT_MS = 1_000;
const LOOKS_A_TIMEOUT = 8;

export interface PoolOptions {
  /** `http://host:port` or `https://host:port`. */
  origin: string;
  /** The maximum number of connections. */
  connections: number;
  connectTimeoutMs: number;
  /** An exchange ends when no head, or no byte of a body, arrives for this long. */
  timeoutMs: number;
  /** PEM; trusted in addition to the system's certificates. */
  ca?: string | undefined;
  /** Accepts any certificate. */
  isInsecure: boolean;
  /** Memory for bodies that need no copy. */
  memory?: BodyMemory | undefined;
  /** Which addresses may be connected to. @default any */
  accepts?: AddressCheck | undefined;
  /** @default the system's */
  lookup?: LookupFunction | undefined;
}

export class Pool implements Transport, ConnectionOwner {
  readonly #limit: number;
  readonly #host: string;
  readonly #target: ConnectionTarget;
  readonly #lookMs: number;
  readonly #connections = new Set<Connection>();
  /** The connection used last is reused first, so that surplus connections fall silent and are closed. */
  readonly #idle: Connection[] = [];
  #queue: Sent[] = [];
  readonly #reuse = new Reuse();
  #timer: NodeJS.Timeout | undefined;
  #death: Error | undefined;

  constructor({ origin, connections, connectTimeoutMs, timeoutMs, ca, isInsecure, memory, ...addresses }: PoolOptions) {
    const { protocol, hostname, port, host } = new URL(origin);
    const isTls = protocol === 'https:';
    this.#limit = connections;
    this.#host = host;
    this.#lookMs = Math.min(LOOK_LIMIT_MS, Math.ceil(Math.min(timeoutMs, connectTimeoutMs) / LOOKS_A_TIMEOUT));
    this.#target = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (isTls ? 443 : 80) : Number(port),
      // One context for all connections: reading the certificates takes longer than a handshake. `ca` alone would
      // replace all other certificates.
      tls: isTls
        ? { context: createSecureContext(ca === undefined ? {} : { ca: [...rootCertificates, ca] }), isInsecure }
        : undefined,
      accepts: addresses.accepts,
      lookup: addresses.lookup,
      connectTimeoutMs,
      timeoutMs,
      // TLS may still write decrypted bytes to the block of a connection that was just closed (TLSWrap::ClearOut).
      memory: isTls ? undefined : memory,
      readBuffer: Buffer.allocUnsafeSlow(READ_BYTES),
    };
  }

  dispatch(request: WireRequest, handler: AnswerHandler): void {
    if (this.#death !== undefined) {
      handler.onResponseError(NO_FLOW, this.#death);
      return;
    }
    let text: string;
    try {
      text = encodeRequest(request, this.#host);
    } catch (error) {
      handler.onResponseError(NO_FLOW, error as Error);
      return;
    }
    const queued = { text, handler, method: request.method };
    const connection = this.#idle.pop() ?? this.#open();
    if (connection === undefined) this.#queue.push(queued);
    else connection.send(queued);
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.close(new WireError('WIRE_CLOSED', 'it is not used'));
  }

  async destroy(reason: Error): Promise<void> {
    this.#death ??= reason;
    const queue = this.#queue;
    this.#queue = [];
    const connections = [...this.#connections];
    for (const connection of connections) connection.close(reason);
    for (const { handler } of queue) handler.onResponseError(NO_FLOW, reason);
    await Promise.all(connections.map(({ closed }) => closed));
  }

  get isKeeping(): boolean {
    return this.#reuse.isWorthIt;
  }

  onAnswered(isKept: boolean): void {
    this.#reuse.answered(isKept);
  }

  onIdle(connection: Connection): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#idle.push(connection);
    else connection.send(next);
  }

  onClosed(connection: Connection): void {
    this.#connections.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
    if (this.#connections.size === 0) this.#sleep();
    const next = this.#queue[0];
    const another = next && this.#open();
    if (next === undefined || another === undefined) return;
    this.#queue.shift();
    another.send(next);
  }

  onDropped(connection: Connection, sent: Sent): void {
    this.#reuse.dropped();
    // On a new connection in place of the closed one: other idle connections may be closed, too.
    this.#connections.delete(connection);
    this.#open()!.send(sent);
  }

  #open(): Connection | undefined {
    if (this.#connections.size >= this.#limit) return undefined;
    const connection = new Connection(this.#target, this);
    this.#connections.add(connection);
    this.#timer ??= setInterval(() => this.#look(), this.#lookMs).unref();
    return connection;
  }

  #look(): void {
    const nowMs = performance.now();
    for (const connection of [...this.#connections]) connection.look(nowMs);
  }

  #sleep(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
