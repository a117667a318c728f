/** The queue between the two halves when both run in one process: bounded, pulled, and it knows what is not yet settled. */
import type { Part } from '../model/part.js';

/**
 * Contract: `put` waits while `limit` parts are queued; a part that was taken must be acknowledged once all of its
 * objects are settled; `take` ends when the queue is closed and empty. Empty does not mean finished.
 */
export class MemoryQueue {
  readonly #limit: number;
  readonly #parts: Part[] = [];
  readonly #taken = new Set<number>();
  #isClosed = false;
  #wakeTaker: (() => void) | undefined;
  #wakePutters: (() => void)[] = [];

  constructor({ limit }: { limit: number }) {
    this.#limit = limit;
  }

  /** Parts that wait to be taken. */
  get length(): number {
    return this.#parts.length;
  }

  /** Parts that were taken and not yet acknowledged. */
  get unsettled(): number {
    return this.#taken.size;
  }

  async put(part: Part): Promise<void> {
    while (this.#parts.length >= this.#limit && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#wakePutters.push(resolve));
    }
    if (this.#isClosed) return;
    this.#parts.push(part);
    this.#wakeTaker?.();
  }

  /** No part comes any more: what is queued can still be taken. */
  close(): void {
    this.#isClosed = true;
    this.#wakeTaker?.();
    this.#wake();
  }

  /** One reader at a time. */
  async *take(): AsyncGenerator<Part, void, void> {
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) {
        this.#taken.add(part.id);
        this.#wake();
        yield part;
      } else if (this.#isClosed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wakeTaker = resolve;
        });
        this.#wakeTaker = undefined;
      }
    }
  }

  ack(part: Part): void {
    this.#taken.delete(part.id);
  }

  #wake(): void {
    const waiting = this.#wakePutters;
    this.#wakePutters = [];
    for (const resolve of waiting) resolve();
  }
}
