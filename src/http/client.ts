/** One origin, direct or through a proxy, with all timeouts set. Keeps track of the requests in flight. */
import { TransferError } from '../errors.js';
import { Pool, type PoolOptions } from '../lib/http1/pool.js';
import type { AnswerHandler, BodyMemory, Transport, WireRequest } from '../lib/http1/transport.js';
import { say } from '../texts/say.js';
import { type Contact, newContact } from './contact.js';
import { Proxied } from './proxied.js';

/**
 * Connecting takes one or two round trips. A host that does not answer for this long is down, even if bodies may pause
 * longer.
 */
const CONNECT_TIMEOUT_LIMIT_MS = 30_000;

export interface ClientOptions extends Pick<PoolOptions, 'accepts' | 'lookup'> {
  /** `http://host:port` or `https://host:port`. */
  origin: string;
  /** The maximum number of connections. */
  connections: number;
  /** The request ends when no header and no byte of the body arrives for this long. */
  timeoutMs: number;
  /** URL of an HTTP proxy; may contain a user name and a password. */
  proxy?: string | undefined;
  /** PEM; trusted in addition to the system's certificates. */
  ca?: string | undefined;
  /** Accepts any certificate. @default false */
  isInsecure?: boolean | undefined;
  /** Memory for bodies that need no copy; see `adopt` of {@link MemoryHolder}. */
  memory?: BodyMemory | undefined;
}

/** A request that has not ended. */
export interface ActiveRequest {
  /** Method and path, without secrets. */
  readonly what: string;
  /** By `performance.now()`. */
  readonly sinceMs: number;
  /** `queued` = waits for a connection; `sent` = waits for the answer. */
  readonly phase: 'queued' | 'sent' | 'body';
  readonly receivedBytes: number;
  /** Length of the body, if announced. */
  readonly expectedBytes: number | undefined;
}

/** Connects with the first request. `destroy` aborts what is in flight. */
export class Client {
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly origin: string;
  readonly contact: Contact;
  readonly #options: ClientOptions;
  /** Called with each answer: milliseconds from the request to the first byte. */
  onAnswer: ((tookMs: number) => void) | undefined;
  readonly #active = new Set<ActiveRequest>();
  #transport: Transport;

  constructor(options: ClientOptions) {
    this.timeoutMs = options.timeoutMs;
    this.connectTimeoutMs = connectTimeoutOf(options);
    this.origin = options.origin;
    this.contact = newContact(options.origin, options.proxy);
    this.#options = options;
    this.#transport = createTransport(options);
  }

  /** Requests in flight, oldest first. */
  get active(): Iterable<ActiveRequest> {
    return this.#active;
  }

  /** How many requests have a connection, if the origin has ever answered; else 0. */
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

  /** Closes all connections: requests in flight fail as after a network error, and later ones connect again. */
  async recycle(): Promise<void> {
    const old = this.#transport;
    this.#transport = createTransport(this.#options);
    await old.destroy(new TransferError('ERR_TIMEOUT', say.network.recycled(this.origin)));
  }

  /** A request failed. */
  failed(error: TransferError): void {
    const { contact } = this;
    // A shortage of this machine says nothing about the server.
    if (contact.hasAnswered || error.code === 'ERR_OPEN_FILES') return;
    contact.failures++;
    contact.lastError = error;
  }

  /** Closes idle connections. */
  closeIdle(): void {
    this.#transport.closeIdle();
  }

  async destroy(): Promise<void> {
    await this.#transport.destroy(new TransferError('ERR_NETWORK', say.network.ended(this.origin)));
  }
}

function connectTimeoutOf({ timeoutMs }: Pick<ClientOptions, 'timeoutMs'>): number {
  return Math.min(timeoutMs, CONNECT_TIMEOUT_LIMIT_MS);
}

function createTransport({ proxy, isInsecure = false, ...options }: ClientOptions): Transport {
  const pool: PoolOptions = { ...options, connectTimeoutMs: connectTimeoutOf(options), isInsecure };
  return proxy === undefined ? new Pool(pool) : new Proxied({ ...pool, proxy });
}
