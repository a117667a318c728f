/** What a pacer is made of. */
import type { TransferError } from '../errors.js';
import type { Arena } from '../lib/md5/arena.js';
import type { Ban } from './backoff/ban.js';
import type { OutageOptions } from './backoff/outage.js';
import type { Concurrency } from './concurrency/concurrency.js';
import type { Limits } from './limits/limits.js';

export interface PacerOptions {
  /** Selects the user's limits. */
  kind: 'objects' | 'lists';
  limits: Pick<Limits, 'bytes' | 'objects' | 'lists' | 'isWaiting'>;
  /** Requests at once. */
  concurrency: Concurrency;
  /** The fixed cost of a request for the server, in the unit of the throughput (bytes, or rows). */
  requestWork: number;
  /** Bytes of memory for bodies. @default none: answers are not kept */
  bufferBytes?: number;
  /** Shared memory for bodies. @default ordinary memory */
  arena?: Arena | undefined;
  /** Attempts after the first. */
  retries: number;
  /** Shared by pacers of the same server. @default its own */
  ban?: Ban | undefined;
  /** How to find out whether the origin works, and what to call when that changes. */
  outage: Pick<OutageOptions, 'probe' | 'canProbe' | 'onDown' | 'onUp'>;
  /** Called with each failed attempt of `ask` that is repeated. */
  onRetry?: ((error: TransferError) => void) | undefined;
  /** Called when no more files can be opened. */
  onShortage?: ((error: TransferError) => void) | undefined;
  /** After it aborts nothing starts and nothing waits. */
  signal: AbortSignal;
  /** Monotonic clock. */
  nowMs?: (() => number) | undefined;
}
