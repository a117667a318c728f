/** Gets an object's body: a small one whole, a large one as a stream that its connection keeps feeding. */
import type { Duplex } from 'node:stream';
import { toTransferError } from '../errors.js';
import { concurrent } from '../flow/concurrent.js';
import type { Pause } from '../flow/pause.js';
import { type Delivery, isResult, type Result } from '../model/part.js';
import type { FetchedObject, Source } from '../sources/source.js';
import type { Permit, Permits } from './permits.js';

/** A body that has begun to arrive, with the permit that it holds until it is written. */
export interface Fetched {
  readonly delivery: Delivery;
  readonly object: FetchedObject;
  readonly permit: Permit;
}

export interface FetchOptions {
  source: Source;
  permits: Permits;
  /** Closed while the server asks everyone to slow down. */
  pause: Pause;
}

/** Runs as many requests at once as there are connections. A failure is a result for settle, never an exception. */
export function createFetch({ source, permits, pause }: FetchOptions): Duplex {
  return concurrent<Delivery | Result, Fetched | Result>(
    async (item) => {
      if (isResult(item)) return item;
      if (!pause.isOpen) await pause.opened();
      const permit = await permits.acquire(item.expectedSize);
      try {
        item.attempts++;
        const object = await source.get(item.entry);
        if (object.stream === undefined) permit.releaseConnection();
        return { delivery: item, object, permit };
      } catch (error) {
        permit.release();
        return { delivery: item, error: toTransferError(error) };
      }
    },
    { concurrency: permits.connections.capacity },
  );
}
