/**
 * Lets the first n items through, then reports once, so that the listing or the reader can stop.
 */

export class Limit {
  #left: number;
  readonly #onReached: () => void;

  constructor(count: number, onReached: () => void) {
    this.#left = count;
    this.#onReached = onReached;
  }

  /** Counts one item; returns false once the limit is reached. */
  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    if (this.#left === 0) this.#onReached();
    return true;
  }
}
