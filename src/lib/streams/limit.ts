/** --limit: lets the first n through, then says so once, so that nobody lists or reads on for nothing. */

export class Limit {
  #left: number;
  readonly #onReached: () => void;

  constructor(count: number, onReached: () => void) {
    this.#left = count;
    this.#onReached = onReached;
  }

  /** Counts one; false once the limit is used up. */
  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    if (this.#left === 0) this.#onReached();
    return true;
  }
}
