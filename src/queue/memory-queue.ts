/**
 * The queue between the two halves when both run in one process. It is bounded and pulled, and counts the parts not
 * yet settled.
 */
import type { Part } from '../model/batch.js';
import type { NackReason, WorkQueue } from './work-queue.js';

export class MemoryQueue implements WorkQueue {
  readonly #limit: number;
  readonly #parts: Part[] = [];
  readonly #taken = new Set<number>();
  #isClosed = false;
  #hasLeft = false;
  #wakeTaker: (() => void) | undefined;
  #wakePutters: (() => void)[] = [];

  /** `limit`: while so many parts wait, `put` waits. */
  constructor({ limit }: { limit: number }) {
    this.#limit = limit;
  }

  /** Parts that wait for a reader. */
  get length(): number {
    return this.#parts.length;
  }

  /** Parts that the consumer has taken and not yet acknowledged. */
  get unsettled(): number {
    return this.#taken.size;
  }

  async put(part: Part): Promise<boolean> {
    while (this.#parts.length >= this.#limit && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#wakePutters.push(resolve));
    }
    if (this.#isClosed) return false;
    this.#parts.push(part);
    this.#wakeTaker?.();
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *take(): AsyncGenerator<Part, void, void> {
    for (;;) {
      const part = this.#hasLeft ? undefined : this.#parts.shift();
      if (part !== undefined) {
        this.#taken.add(part.id);
        this.#wake();
        yield part;
      } else if (this.#hasLeft || (this.#isClosed && this.#taken.size === 0)) {
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
    if (this.#isClosed && this.#taken.size === 0) this.#wakeTaker?.();
  }

  /** There is no other machine with other disks. */
  nack(_part: Part, _why: NackReason): false {
    return false;
  }

  leave(): void {
    this.#hasLeft = true;
    this.close();
  }

  gauges(): Readonly<Record<string, unknown>> {
    return { parts: this.length, limit: this.#limit, unsettledParts: this.unsettled };
  }

  #wake(): void {
    this.#wakeTaker?.();
    const waiting = this.#wakePutters;
    this.#wakePutters = [];
    for (const resolve of waiting) resolve();
  }
}
