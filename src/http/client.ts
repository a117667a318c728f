/** Kept-alive connections to one origin, with every timeout set, and what is on its way over them. */
import { rootCertificates } from 'node:tls';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { TransferError } from '../errors.js';

/** Connecting takes one round trip or two; a host that does not answer for this long is down, however long bodies may pause. */
const CONNECT_TIMEOUT_LIMIT_MS = 30_000;
/** A connection is used no longer than this: the next one asks for the address anew, which may have moved during days. */
const CONNECTION_LIFE_MS = 15 * 60_000;

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
  readonly #options: ClientOptions;
  readonly #active = new Set<ActiveRequest>();
  #pool: Dispatcher;

  constructor(options: ClientOptions) {
    this.timeoutMs = options.timeoutMs;
    this.origin = options.origin;
    this.#options = options;
    this.#pool = createPool(options);
  }

  /** What has begun and not ended, oldest first. */
  get active(): Iterable<ActiveRequest> {
    return this.#active;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#pool.dispatch({ origin: this.origin, ...options }, handler);
  }

  begin(request: ActiveRequest): void {
    this.#active.add(request);
  }

  end(request: ActiveRequest): void {
    this.#active.delete(request);
  }

  /** Cuts all connections: what is in flight fails as if the network had, and what follows connects anew. */
  async recycle(): Promise<void> {
    const old = this.#pool;
    this.#pool = createPool(this.#options);
    await old.destroy(
      new TransferError('ERR_TIMEOUT', `the connections to ${this.origin} were made anew, since nothing moved`),
    );
  }

  async destroy(): Promise<void> {
    await this.#pool.destroy();
  }
}

function createPool({ origin, connections, timeoutMs, proxy, ca, isInsecure = false }: ClientOptions): Dispatcher {
  const options = {
    connections,
    pipelining: 1,
    clientTtl: CONNECTION_LIFE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  };
  const connect = {
    timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_LIMIT_MS),
    // Given alone it would take the place of all others.
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    ...(isInsecure && { rejectUnauthorized: false }),
  };
  if (proxy === undefined) return new Pool(origin, { ...options, connect });
  // Proxies tunnel what is encrypted, and many of them nothing else.
  const isTunnel = origin.startsWith('https:');
  return new ProxyAgent({
    ...options,
    uri: proxy,
    proxyTunnel: isTunnel,
    requestTls: connect,
    proxyTls: { timeout: connect.timeout, ...(connect.ca && { ca: connect.ca }) },
  });
}
