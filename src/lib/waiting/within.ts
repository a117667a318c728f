/** Waits for a result, but not longer than a limit. */
import { sleep } from './sleep.js';

/** Returns the result, or undefined after `patienceMs`. */
export async function within<T>(patienceMs: number, work: Promise<T>, onLate: () => void): Promise<T | undefined> {
  const isOver = new AbortController();
  const late = sleep(patienceMs, isOver.signal).then(onLate, () => {});
  try {
    return await Promise.race([work, late as Promise<undefined>]);
  } finally {
    isOver.abort();
  }
}
