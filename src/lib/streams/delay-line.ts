/** Holds deliveries until their next attempt. They hold no connection and no slot during the wait. */

/** Bounded by its owner: the caller must have counted an item against a limit before it adds it. */
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

  /** Removes and returns all items, in order of arrival. */
  flush(): T[] {
    const items = [...this.#timers.keys()];
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    return items;
  }
}
