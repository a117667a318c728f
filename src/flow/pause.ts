/** A gate for the whole process: while the server asks to slow down, no new request starts. */

/** The longest pause a server can ask for; a hostile or broken Retry-After must not stop the job for a year. */
export const MAX_PAUSE_MS = 5 * 60_000;

export class Pause {
  /** By a clock that nobody sets. */
  #untilMs = 0;
  /** Shared by all who wait: one timer, however many they are. */
  #opening: Promise<void> | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #nowMs: () => number;

  /** Once `signal` aborts nobody waits any more. */
  constructor({ signal, nowMs = () => performance.now() }: { signal?: AbortSignal; nowMs?: () => number } = {}) {
    this.#signal = signal;
    this.#nowMs = nowMs;
  }

  /** Closes the gate for at least this long from now. */
  extend(delayMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.#nowMs() + Math.min(delayMs, MAX_PAUSE_MS));
  }

  get isOpen(): boolean {
    return this.#nowMs() >= this.#untilMs || this.#signal?.aborted === true;
  }

  /** Resolves once the gate is open. */
  opened(): Promise<void> {
    this.#opening ??= this.#wait().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #wait(): Promise<void> {
    while (!this.isOpen) await sleep(this.#untilMs - this.#nowMs(), this.#signal).catch(() => {});
  }
}

/** A timer as a promise; rejects with the signal's reason when that comes first, and leaves no listener behind. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
