/** Waiting for something until nobody wants it any more. */

/** The result, or the reason of the signal once it aborts; what was begun goes on by itself then. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const over = () => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).finally(over);
  });
}
