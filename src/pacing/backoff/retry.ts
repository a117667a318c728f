/** Retries for requests that are not objects: listing pages. (Objects are requeued by settle instead.) */
import { type TransferError, toTransferError } from '../../errors.js';
import { sleep } from '../../lib/waiting/sleep.js';
import { backoffMs } from './backoff.js';
import { MAX_PAUSE_MS } from './ban.js';
import type { Outage } from './outage.js';
import type { Throttle } from './throttle.js';

export interface RetryOptions {
  /** Attempts beyond the first. */
  retries: number;
  signal: AbortSignal;
  /** Tells an origin that is down from a request that is broken. */
  outage?: Outage | undefined;
  /** Pauses all requests when the server throttles one. */
  throttle?: Throttle | undefined;
  onRetry?: (error: TransferError, attempt: number, delayMs: number) => void;
  /** Whether another attempt is useless, although attempts are left. */
  isBeyondHope?: (error: TransferError) => boolean;
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
  { verdict, throttleScope }: TransferError,
  { attempts, throttles, isHeldTogether }: { attempts: number; throttles: number; isHeldTogether: boolean },
): number {
  if (verdict !== 'throttle') return attempts;
  return isHeldTogether && throttleScope !== 'uri' ? 1 : Math.min(throttles, LONGEST_WAITS);
}

/** About five seconds. */
const LONGEST_WAITS = 6;

/** Runs `work` until it succeeds, is not worth a retry, or has used its attempts. Then throws the last error. */
export async function withRetries<T>(
  work: () => Promise<T>,
  { retries, signal, outage, throttle, onRetry, isBeyondHope }: RetryOptions,
): Promise<T> {
  let attempts = 0;
  let sinceMs: number | undefined;
  let throttles = 0;
  for (;;) {
    let epoch = 0;
    try {
      while (!((throttle?.isOpen ?? true) && (outage?.isOpen ?? true))) {
        await Promise.all([throttle?.opened(), outage?.opened()]);
      }
      epoch = throttle?.begin() ?? 0;
      const result = await work();
      outage?.succeeded();
      throttle?.succeeded();
      return result;
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      const error = toTransferError(thrown);
      // A listing of one folder at a time is slowed down by its own wait, below.
      if (error.code === 'ERR_OPEN_FILES') throttle?.pauseForOverload(backoffMs(throttles + 1));
      else if (error.throttleScope === 'banned') throttle?.banned(epoch, error.retryAfterMs);
      else if (error.verdict === 'throttle' && error.throttleScope !== 'uri')
        throttle?.refused(epoch, error.retryAfterMs);
      sinceMs ??= Date.now();
      const blame = await outage?.blame(error, { isLast: attempts >= retries, sinceMs });
      if (signal.aborted) throw signal.reason;
      if (blame === 'origin') {
        onRetry?.(error, attempts, 0);
        sinceMs = undefined;
        continue;
      }
      if (error.verdict === 'throttle') throttles++;
      else attempts++;
      const isSpent = attempts > retries || throttles > maxPausesOf(retries) || isBeyondHope?.(error);
      if ((error.verdict !== 'retry' && error.verdict !== 'throttle') || isSpent) throw error;
      const delayMs = retryDelayMs(
        error,
        waitsOf(error, { attempts, throttles, isHeldTogether: throttle !== undefined }),
      );
      onRetry?.(error, attempts, delayMs);
      await sleep(delayMs, signal);
    }
  }
}
