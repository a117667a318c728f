/**
 * A counted budget (bytes in memory, connections). Work takes a share before it starts and releases it at its end.
 * First come, first served.
 */

interface Waiter {
  amount: number;
  grant: () => void;
}

/** The queue is bounded by the stages that call it: each asks for one item at a time. */
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

  /**
   * Waits for its turn. An amount above the whole capacity is cut to the capacity, so that it can be granted. Returns
   * the amount taken.
   */
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

  /** Takes the amount even if it is not free. Nothing more is granted until that amount is released. */
  take(amount: number): void {
    this.#free -= amount;
  }

  /** Releases what `acquire` returned. Call it once. */
  release(taken: number): void {
    this.#free += taken;
    this.#grant();
  }

  /**
   * Changes the capacity. What was granted above a smaller capacity stays granted, but nothing more is granted until
   * it fits.
   */
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
