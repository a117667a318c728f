/** Retries for requests that are not stored: listing pages, digests. (Settle requeues objects instead.) */
import { type ErrorCode, type TransferError, toTransferError } from '../../errors.js';
import { sleep } from '../../lib/waiting/sleep.js';
import { backoffMs } from './backoff.js';
import { MAX_PAUSE_MS } from './ban.js';
import type { OriginHealth } from './origin-health.js';

export interface RetryOptions {
  /** Attempts beyond the first. */
  retries: number;
  signal: AbortSignal;
  /** Judges each failure, as for any other request, and makes all wait when it must. @default each request is alone */
  health?: OriginHealth | undefined;
  onRetry?: ((error: TransferError, attempt: number, delayMs: number) => void) | undefined;
  /** Whether another attempt is useless, although attempts are left. */
  isBeyondHope?: (error: TransferError) => boolean;
}

/**
 * An answer that is compressed without having been asked for: a server that does this does it again. A second attempt may
 * still reach another node of a CDN, or a cache that has the plain one by then.
 */
const FEWER_RETRIES: Partial<Readonly<Record<ErrorCode, number>>> = { ERR_ENCODED: 1 };

/** Attempts beyond the first that are worth while after this error. */
export function retriesAfter({ code }: TransferError, retries: number): number {
  return Math.min(retries, FEWER_RETRIES[code] ?? retries);
}

/** The least value for any `--retries`. Pauses grow, so six take about a quarter of a minute. */
const LEAST_PAUSES = 6;

/**
 * How often in a row a server may answer "slow down". Such an answer costs no attempt, but it must not block the run
 * for ever.
 */
export function maxPausesOf(retries: number): number {
  return LEAST_PAUSES + 2 * (retries + 1);
}

/**
 * At least the backoff of attempt `count`, and at least the time the server asks for, up to a limit. In milliseconds.
 */
export function retryDelayMs(error: TransferError, count: number): number {
  return Math.max(backoffMs(count), Math.min(error.retryAfterMs ?? 0, MAX_PAUSE_MS));
}

/** Where all requests pause together after "slow down", a request needs no long wait of its own. */
function waitsOf(
  { verdict }: TransferError,
  { attempts, throttles, isHeldTogether }: { attempts: number; throttles: number; isHeldTogether: boolean },
): number {
  if (verdict !== 'throttle') return attempts;
  return isHeldTogether ? 1 : Math.min(throttles, LONGEST_WAITS);
}

/** About five seconds. */
const LONGEST_WAITS = 6;

/** Runs `work` until it succeeds, is not worth a retry, or has used its attempts. Then throws the last error. */
export async function withRetries<T>(
  work: () => Promise<T>,
  { retries, signal, health, onRetry, isBeyondHope }: RetryOptions,
): Promise<T> {
  let attempts = 0;
  let sinceMs: number | undefined;
  let throttles = 0;
  for (;;) {
    let epoch = 0;
    try {
      await health?.opened();
      signal.throwIfAborted();
      epoch = health?.throttle.begin() ?? 0;
      const result = await work();
      health?.succeeded();
      health?.shortage.over();
      return result;
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      const error = toTransferError(thrown);
      // A listing of one folder at a time is slowed down by its own wait, below.
      const isHeldTogether = health?.failed(error, { directory: undefined, epoch }) ?? false;
      sinceMs ??= Date.now();
      const blame = await health?.blame(error, { isLast: attempts >= retries, sinceMs });
      if (signal.aborted) throw signal.reason;
      if (blame === 'origin') {
        onRetry?.(error, attempts, 0);
        sinceMs = undefined;
        continue;
      }
      if (error.verdict === 'throttle') throttles++;
      else attempts++;
      const isSpent =
        attempts > retriesAfter(error, retries) || throttles > maxPausesOf(retries) || isBeyondHope?.(error);
      if ((error.verdict !== 'retry' && error.verdict !== 'throttle') || isSpent) throw error;
      const delayMs = retryDelayMs(error, waitsOf(error, { attempts, throttles, isHeldTogether }));
      onRetry?.(error, attempts, delayMs);
      await sleep(delayMs, signal);
    }
  }
}
