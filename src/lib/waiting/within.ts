/** Waiting for something, but not for ever. */
import { sleep } from './sleep.js';

/** The result, or undefined when it takes too long. */
export async function within<T>(patienceMs: number, work: Promise<T>, onLate: () => void): Promise<T | undefined> {
  const isOver = new AbortController();
  const late = sleep(patienceMs, isOver.signal).then(onLate, () => {});
  try {
    return await Promise.race([work, late as Promise<undefined>]);
  } finally {
    isOver.abort();
  }
}
