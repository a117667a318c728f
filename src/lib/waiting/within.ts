/** Waits for a result, but not longer than a limit. */
import { sleep } from './sleep.js';

/** Returns the result, or undefined after `limitMs`. */
export async function within<T>(limitMs: number, work: Promise<T>, onLate: () => void): Promise<T | undefined> {
  const isOver = new AbortController();
  const late = sleep(limitMs, isOver.signal).then(onLate, () => {});
  try {
    return await Promise.race([work, late as Promise<undefined>]);
  } finally {
    isOver.abort();
  }
}
