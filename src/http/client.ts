/** A pool of kept-alive connections to one origin, with every timeout set. */
import { type Dispatcher, Pool } from 'undici';

/** Connecting takes one round trip or two; a host that does not answer for this long is down, however long bodies may pause. */
const CONNECT_TIMEOUT_LIMIT_MS = 30_000;

export interface ClientOptions {
  /** `http://host:port` or `https://host:port`. */
  origin: string;
  /** The most connections at once. */
  connections: number;
  /** No header or no body byte for this long ends the request. */
  timeoutMs: number;
}

/** Creates the pool; nothing is connected before the first request. Close it, or destroy it to cut off what is in flight. */
export function createClient({ origin, connections, timeoutMs }: ClientOptions): Dispatcher {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_LIMIT_MS) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}
