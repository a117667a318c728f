/** A server that has had enough of a client ("banned"): only silence helps, from listings and downloads alike. */

/** The longest pause a server can ask for; a hostile or broken Retry-After must not stop the job for a year. */
export const MAX_PAUSE_MS = 5 * 60_000;
/** Where it does not say for how long. Upyun does not; minutes are what its users report. */
const FIRST_BAN_MS = 2 * 60_000;

export class Ban {
  readonly #nowMs: () => number;
  readonly #onDeclared: (forMs: number) => void;
  #untilMs = Number.NEGATIVE_INFINITY;
  #inARow = 0;

  /** By a clock that nobody sets; told of each ban that a server has declared to us. */
  constructor(nowMs: () => number = () => performance.now(), onDeclared: (forMs: number) => void = () => {}) {
    this.#nowMs = nowMs;
    this.#onDeclared = onDeclared;
  }

  /** How long nothing must go out. */
  get closedForMs(): number {
    return Math.max(0, this.#untilMs - this.#nowMs());
  }

  /** The server has said so. Each ban without a success since the last one lasts twice as long, up to the longest pause. */
  declared(retryAfterMs?: number): void {
    // Of requests that were under way when the first one was told.
    if (this.closedForMs > 0) return;
    const banMs = retryAfterMs ?? FIRST_BAN_MS * 2 ** Math.min(8, this.#inARow);
    this.#inARow++;
    this.#untilMs = this.#nowMs() + Math.min(MAX_PAUSE_MS, banMs);
    this.#onDeclared(this.closedForMs);
  }

  /** The server has said so to somebody who asks it with us. */
  heard(forMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.#nowMs() + Math.min(MAX_PAUSE_MS, forMs));
  }

  succeeded(): void {
    this.#inARow = 0;
  }
}
