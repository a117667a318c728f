/** How long to wait before the next attempt. */

/** First upper bound of the wait: about one bad round trip. */
export const BACKOFF_BASE_MS = 200;
/** No wait is longer than this, unless the server asks for more. */
export const BACKOFF_CAP_MS = 30_000;

/**
 * Exponential backoff with full jitter: uniform in [0, min(cap, base × 2^(attempt−1))). Full jitter spreads the
 * requests of many clients best (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * @param attempt the number of the failed attempt, from 1
 * @returns milliseconds
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.floor(random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1)));
}
