/** One origin: every timeout set, direct or through a proxy, and what is on its way to it and back. */
import { TransferError } from '../errors.js';
import { Pool, type PoolOptions } from '../lib/http1/pool.js';
import type { AnswerHandler, BodyMemory, Transport, WireRequest } from '../lib/http1/transport.js';
import { type Contact, newContact } from './contact.js';
import { Proxied } from './proxied.js';

/** Connecting takes one round trip or two; a host that does not answer for this long is down, however long bodies may pause. */
const CONNECT_TIMEOUT_LIMIT_MS = 30_000;

export interface ClientOptions {
  /** `http://host:port` or `https://host:port`. */
  origin: string;
  /** The most connections at once. */
  connections: number;
  /** No header or no body byte for this long ends the request. */
  timeoutMs: number;
  /** URL of an HTTP proxy; may hold a name and a password. */
  proxy?: string | undefined;
  /** PEM; trusted besides what the system trusts. */
  ca?: string | undefined;
  /** Takes any certificate. @default false */
  isInsecure?: boolean | undefined;
  /** For bodies that need not be copied; see `adopt` of a request. */
  memory?: BodyMemory | undefined;
}

/** A request that has not ended. */
export interface ActiveRequest {
  /** Names it: method and path, no secrets. */
  readonly what: string;
  /** By `performance.now()`. */
  readonly sinceMs: number;
  /** `queued` = there is no connection for it yet; `sent` = nothing was answered. */
  readonly phase: 'queued' | 'sent' | 'body';
  readonly receivedBytes: number;
  /** Of a body, where announced. */
  readonly expectedBytes: number | undefined;
}

/** Nothing is connected before the first request. Destroy it to cut off what is in flight. */
export class Client {
  readonly timeoutMs: number;
  readonly origin: string;
  readonly contact: Contact;
  readonly #options: ClientOptions;
  readonly #active = new Set<ActiveRequest>();
  #transport: Transport;

  constructor(options: ClientOptions) {
    this.timeoutMs = options.timeoutMs;
    this.origin = options.origin;
    this.contact = newContact(options.origin, options.proxy);
    this.#options = options;
    this.#transport = createTransport(options);
  }

  /** What has begun and not ended, oldest first. */
  get active(): Iterable<ActiveRequest> {
    return this.#active;
  }

  /** How many of them have a connection, to an origin that has answered these or others. */
  get moving(): number {
    return this.contact.hasAnswered ? [...this.#active].filter(({ phase }) => phase !== 'queued').length : 0;
  }

  dispatch(request: WireRequest, handler: AnswerHandler): void {
    this.#transport.dispatch(request, handler);
  }

  begin(request: ActiveRequest): void {
    this.contact.sinceMs ??= Date.now();
    this.#active.add(request);
  }

  end(request: ActiveRequest): void {
    this.#active.delete(request);
  }

  /** Cuts all connections: what is in flight fails as if the network had, and what follows connects anew. */
  async recycle(): Promise<void> {
    const old = this.#transport;
    this.#transport = createTransport(this.#options);
    await old.destroy(
      new TransferError('ERR_TIMEOUT', `the connections to ${this.origin} were made anew, since nothing moved`),
    );
  }

  /** A request has failed. */
  failed(error: TransferError): void {
    const { contact } = this;
    // What this machine is short of says nothing of the server.
    if (contact.hasAnswered || error.code === 'ERR_OPEN_FILES') return;
    contact.failures++;
    contact.lastError = error;
  }

  /** Closes the connections that carry nothing. */
  closeIdle(): void {
    this.#transport.closeIdle();
  }

  async destroy(): Promise<void> {
    await this.#transport.destroy(new TransferError('ERR_NETWORK', `the connections to ${this.origin} were closed`));
  }
}

function createTransport({ proxy, isInsecure = false, ...options }: ClientOptions): Transport {
  const connectTimeoutMs = Math.min(options.timeoutMs, CONNECT_TIMEOUT_LIMIT_MS);
  const pool: PoolOptions = { ...options, connectTimeoutMs, isInsecure };
  return proxy === undefined ? new Pool(pool) : new Proxied({ ...pool, proxy });
}
