/** What slots are made of. */
import type { Arena } from '../lib/md5/arena.js';
import type { Budget } from './concurrency/budget.js';
import type { Concurrency } from './concurrency/concurrency.js';
import type { Bandwidth } from './limits/bandwidth.js';
import type { RateLimit } from './limits/rate-limit.js';

export interface SlotsOptions {
  /** The limit on requests at once. */
  concurrency: Concurrency;
  /** Bytes of memory for bodies, or a budget that slots of several servers share. */
  bytes: number | Budget;
  /** Shared memory for bodies. @default ordinary memory */
  arena?: Arena | undefined;
  /** The fixed cost of a request for the server, in the unit of the throughput. */
  requestWork: number;
  /** The byte limit of the user. @default none */
  bytesLimit?: RateLimit | undefined;
  /** Measures how fast bytes arrive. */
  bandwidth?: Bandwidth | undefined;
  /** Whether requests with a connection wait for something else. @default never */
  isPaused?: () => boolean;
}
