/**
 * Requests that hang: the server has answered others since, and these have waited many times as long as usual. They load
 * neither server nor line, so that they do not count as under way; else a few of them would hold up all the others for
 * as long as they take to time out.
 */

/** So many times the usual time is no chance any more (of an exponential distribution one in 50). */
const TIMES_USUAL = 4;
/** Whatever is usual. */
const LEAST_MS = 250;
/** How often it is looked. */
const LOOK_MS = 100;

export interface HangingOptions<T> {
  /** Whether anyone waits for their places. */
  isWanted: () => boolean;
  /** That one hangs. It is told once. */
  onHanging: (request: T) => void;
  /** By a clock that nobody sets. */
  nowMs?: () => number;
}

export class Hanging<T> {
  readonly #isWanted: () => boolean;
  readonly #onHanging: (request: T) => void;
  readonly #nowMs: () => number;
  /** Since when, the longest first. */
  readonly #expecting = new Map<T, number>();
  #usualMs = 0;
  #answeredMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor({ isWanted, onHanging, nowMs = () => performance.now() }: HangingOptions<T>) {
    this.#isWanted = isWanted;
    this.#onHanging = onHanging;
    this.#nowMs = nowMs;
  }

  /** From now on it waits for the server. */
  expect(request: T): void {
    this.#expecting.delete(request);
    this.#expecting.set(request, this.#nowMs());
  }

  /** It does not wait any more. */
  forget(request: T): void {
    this.#expecting.delete(request);
  }

  /** The server has answered one in full, so fast. */
  answered(tookMs: number): void {
    this.#answeredMs = this.#nowMs();
    this.#usualMs += (tookMs - this.#usualMs) / 16;
  }

  /** Someone begins to wait for a place. */
  watch(): void {
    this.#timer ??= setInterval(() => this.look(), LOOK_MS).unref();
  }

  look(): void {
    if (!this.#isWanted()) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const before = this.#nowMs() - Math.max(LEAST_MS, TIMES_USUAL * this.#usualMs);
    for (const [request, sinceMs] of this.#expecting) {
      if (sinceMs > before || sinceMs > this.#answeredMs) return;
      this.#expecting.delete(request);
      this.#onHanging(request);
    }
  }
}
