/** A server bans a client ("banned"): it refuses everything for a while. Then listings and downloads must both stop. */

/**
 * The longest pause that Sluice accepts from a server: a hostile or broken Retry-After must not stop the job for a
 * year.
 */
export const MAX_PAUSE_MS = 5 * 60_000;
/** The pause when the server gives no time. Upyun gives none; its users report minutes. */
const FIRST_BAN_MS = 2 * 60_000;

export class Ban {
  readonly #nowMs: () => number;
  readonly #onDeclared: (forMs: number) => void;
  #untilMs = Number.NEGATIVE_INFINITY;
  #inARow = 0;

  /**
   * `nowMs` is a monotonic clock. `onDeclared` is called for each ban that the server sends to this process, with its
   * length.
   */
  constructor(nowMs: () => number = () => performance.now(), onDeclared: (forMs: number) => void = () => {}) {
    this.#nowMs = nowMs;
    this.#onDeclared = onDeclared;
  }

  /** How long no request may go out; 0 = no ban. */
  get closedForMs(): number {
    return Math.max(0, this.#untilMs - this.#nowMs());
  }

  /**
   * The server answers "banned". Each ban without a success since the last one lasts twice as long, up to the longest
   * pause.
   */
  declared(retryAfterMs?: number): void {
    // This answer belongs to a request that was in flight when the ban began.
    if (this.closedForMs > 0) return;
    const banMs = retryAfterMs ?? FIRST_BAN_MS * 2 ** Math.min(8, this.#inARow);
    this.#inARow++;
    this.#untilMs = this.#nowMs() + Math.min(MAX_PAUSE_MS, banMs);
    this.#onDeclared(this.closedForMs);
  }

  /** Another client of the same server reports a ban. */
  heard(forMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.#nowMs() + Math.min(MAX_PAUSE_MS, forMs));
  }

  succeeded(): void {
    this.#inARow = 0;
  }
}
