/**
 * The queue between the two halves when both run in one process. It is bounded and pulled, and counts the batches not
 * yet settled.
 */
import type { Batch } from '../model/batch.js';
import type { NackReason, WorkQueue } from './work-queue.js';

export class MemoryQueue implements WorkQueue {
  readonly #limit: number;
  readonly #batches: Batch[] = [];
  readonly #taken = new Set<number>();
  #isClosed = false;
  #hasLeft = false;
  #wakeTaker: (() => void) | undefined;
  #wakePutters: (() => void)[] = [];

  /** `limit`: while so many batches wait, `put` waits. */
  constructor({ limit }: { limit: number }) {
    this.#limit = limit;
  }

  /** Batches that wait for a reader. */
  get length(): number {
    return this.#batches.length;
  }

  /** Batches that the consumer has taken and not yet acknowledged. */
  get unsettled(): number {
    return this.#taken.size;
  }

  async put(batch: Batch): Promise<boolean> {
    while (this.#batches.length >= this.#limit && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#wakePutters.push(resolve));
    }
    if (this.#isClosed) return false;
    this.#batches.push(batch);
    this.#wakeTaker?.();
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *take(): AsyncGenerator<Batch, void, void> {
    for (;;) {
      const batch = this.#hasLeft ? undefined : this.#batches.shift();
      if (batch !== undefined) {
        this.#taken.add(batch.id);
        this.#wake();
        yield batch;
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

  ack(batch: Batch): void {
    this.#taken.delete(batch.id);
    if (this.#isClosed && this.#taken.size === 0) this.#wakeTaker?.();
  }

  /** There is no other machine with other disks. */
  nack(_batch: Batch, _why: NackReason): false {
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
