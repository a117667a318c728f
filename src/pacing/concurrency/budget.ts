/** A counted budget (bytes in memory, connections) that is taken before work and given back after it, first come first served. */

interface Waiter {
  amount: number;
  grant: () => void;
}

/** The number waiting is bounded by the stages that ask: each asks for one item at a time. */
export class Budget {
  #capacity: number;
  #free: number;
  readonly #waiting: Waiter[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#free = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get inUse(): number {
    return this.#capacity - this.#free;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Waits for its turn; an amount above the whole capacity is cut to it, so that it can be had at all. Returns what was taken. */
  acquire(amount: number): Promise<number> | number {
    const taken = Math.min(amount, this.#capacity);
    if (this.#waiting.length === 0 && taken <= this.#free) {
      this.#free -= taken;
      return taken;
    }
    return new Promise((resolve) => {
      this.#waiting.push({ amount: taken, grant: () => resolve(taken) });
    });
  }

  /** Takes so much whether or not it is there; nothing is granted until that much has been given back. */
  take(amount: number): void {
    this.#free -= amount;
  }

  /** Gives back what `acquire` returned, once. */
  release(taken: number): void {
    this.#free += taken;
    this.#grant();
  }

  /** Changes the capacity. What is held above a smaller one is not taken away, but nothing is granted until it fits. */
  resize(capacity: number): void {
    this.#free += capacity - this.#capacity;
    this.#capacity = capacity;
    this.#grant();
  }

  #grant(): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.amount <= this.#free) {
      const next = this.#waiting.shift()!;
      this.#free -= next.amount;
      next.grant();
    }
  }
}
