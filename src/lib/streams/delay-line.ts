/** Where a delivery waits for its next attempt: it holds no connection and no permit meanwhile. */

/** Bounded by its owner: whoever puts must have counted the item into a limit before. */
export class DelayLine<T> {
  readonly #timers = new Map<T, NodeJS.Timeout>();
  readonly #onDue: (item: T) => void;

  constructor(onDue: (item: T) => void) {
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#timers.size;
  }

  put(item: T, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(item);
      this.#onDue(item);
    }, delayMs);
    this.#timers.set(item, timer);
  }

  /** Takes everything out at once, in the order of arrival. */
  flush(): T[] {
    const items = [...this.#timers.keys()];
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    return items;
  }
}
