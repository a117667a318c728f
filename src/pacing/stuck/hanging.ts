/**
 * Finds requests that hang: the server has answered others since, and these have waited many times as long as usual.
 * They load neither the server nor the line, so they do not count as in flight. Otherwise a few of them would block all
 * others until they time out.
 */

/** A request hangs after this many times the usual time (one in 50, for an exponential distribution). */
const TIMES_USUAL = 4;
/** The least time before a request counts as hanging. */
const LEAST_MS = 250;
/** How often Sluice checks. */
const LOOK_MS = 100;

export interface HangingOptions<T> {
  /** Whether other requests wait for a place. */
  isWanted: () => boolean;
  /** Called once for each hanging request. */
  onHanging: (request: T) => void;
  /** Monotonic clock. */
  nowMs?: () => number;
}

export class Hanging<T> {
  readonly #isWanted: () => boolean;
  readonly #onHanging: (request: T) => void;
  readonly #nowMs: () => number;
  /** Start of each wait; the longest wait comes first. */
  readonly #expecting = new Map<T, number>();
  #usualMs = 0;
  #answeredMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor({ isWanted, onHanging, nowMs = () => performance.now() }: HangingOptions<T>) {
    this.#isWanted = isWanted;
    this.#onHanging = onHanging;
    this.#nowMs = nowMs;
  }

  /** The request now waits for the server. */
  startWait(request: T): void {
    this.#expecting.delete(request);
    this.#expecting.set(request, this.#nowMs());
  }

  /** The request does not wait any more. */
  forget(request: T): void {
    this.#expecting.delete(request);
  }

  /** The server answered a request in full, after this time. */
  answered(tookMs: number): void {
    this.#answeredMs = this.#nowMs();
    this.#usualMs += (tookMs - this.#usualMs) / 16;
  }

  /** A request begins to wait for a place. */
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
