/** What a pacer is made of. */
import type { TransferError } from '../errors.js';
import type { Arena } from '../lib/md5/arena.js';
import type { Ban } from './backoff/ban.js';
import type { Shortage } from './backoff/open-files-shortage.js';
import type { OutageOptions } from './backoff/outage.js';
import type { Budget } from './concurrency/budget.js';
import type { Concurrency } from './concurrency/concurrency.js';
import type { Limits } from './limits/limits.js';

export interface PacerOptions {
  /** Selects the user's limits. */
  kind: 'objects' | 'lists';
  limits: Pick<Limits, 'bytes' | 'objects' | 'lists' | 'isWaiting' | 'gate' | 'gauges'>;
  /** Requests at once. */
  concurrency: Concurrency;
  /** The fixed cost of a request for the server, in the unit of the throughput (bytes, or rows). */
  requestWork: number;
  /** Bytes of memory for bodies, or a budget that pacers share. @default none: answers are not kept */
  bufferBytes?: number | Budget;
  /** Shared memory for bodies. @default ordinary memory */
  arena?: Arena | undefined;
  /** Attempts after the first. */
  retries: number;
  /** Shared by pacers of the same server. @default its own */
  ban?: Ban | undefined;
  /** How to find out whether the origin works, and what to call when that changes. */
  outage: Pick<OutageOptions, 'probe' | 'canProbe' | 'onDown' | 'onUp' | 'givingUp' | 'nowMs' | 'random'>;
  /** Called with each failed attempt of `ask` that is repeated. */
  onRetry?: ((error: TransferError) => void) | undefined;
  /** Called when no more files can be opened. */
  onShortage?: ((error: TransferError) => void) | undefined;
  /** Shared by the pacers of one machine. @default its own */
  shortage?: Shortage | undefined;
  /** After it aborts nothing starts and nothing waits. */
  signal: AbortSignal;
  /** `signal` also ends what `stop` of this pacer would end: one signal for many pacers. @default false */
  isStoppedTogether?: boolean | undefined;
  /** Monotonic clock. */
  nowMs?: (() => number) | undefined;
}
