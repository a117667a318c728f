/** A timer as a promise. */

/**
 * Rejects with the signal's reason when that comes first, and leaves no listener behind. A moment that has passed while
 * it was worked out is now: Node from 21 on warns of a negative delay.
 */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      Math.max(0, delayMs),
    );
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
