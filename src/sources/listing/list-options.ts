/** What holds for every listing request. */
import type { TransferError } from '../../errors.js';
import type { Throttle } from '../../pacing/backoff/throttle.js';
import type { RateLimit } from '../../pacing/limits/rate-limit.js';
import type { ListHealth } from '../list-health.js';

export interface ListRequestOptions {
  /** Attempts per page beyond the first. */
  retries: number;
  signal: AbortSignal;
  onRetry?: (error: TransferError) => void;
  /** Listing requests each second. */
  rate?: RateLimit | undefined;
  /** Closed while the server asks for fewer listing requests; told of each answer. */
  throttle?: Throttle | undefined;
  /** Whether the listing works at all. */
  health?: ListHealth | undefined;
}
