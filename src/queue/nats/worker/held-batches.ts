/** The batches that this machine has taken and not settled, and how much more it wants. */
import { sleep } from '../../../lib/waiting/sleep.js';
import type { Batch } from '../../../model/batch.js';
import { PageProgress } from '../../../model/page-progress.js';
import { type BatchContent, isInputBatch } from '../connection/messages.js';
import type { Lease } from '../connection/pull.js';
import { bytesOf, objectsIn } from './batch-sizes.js';
import type { OpenBatch, Opening } from './open-batches.js';
import { Prefetch } from './prefetch.js';

/** Bounds the batches held while their last few objects wait for another attempt. */
const HELD_BATCHES = 512;
const LOOK_AGAIN_MS = 20;

/** A batch that this machine has taken. */
export interface HeldBatch {
  readonly content: BatchContent;
  readonly batch: Batch;
  readonly page: PageProgress;
  readonly opening: Opening;
  readonly bytes: number;
  /** Undefined for a batch that an earlier run had begun: the server delivers its message again later. */
  lease: Lease | undefined;
  /** Another machine has to finish the batch. */
  isNacked: boolean;
}

export class HeldBatches {
  readonly #held = new Map<string, HeldBatch>();
  readonly #prefetch: Prefetch;
  #lastId = 0;

  /** `settled` returns the number of objects that this machine has settled. */
  constructor(settled: () => number) {
    this.#prefetch = new Prefetch(settled);
  }

  get size(): number {
    return this.#held.size;
  }

  /** Objects of held batches that are not settled. */
  get openObjects(): number {
    return this.all().reduce((open, { batch }) => open + batch.open, 0);
  }

  /** How many more batches to take now. */
  get wanted(): number {
    return this.#held.size < HELD_BATCHES ? this.#prefetch.batchesWanted(this.openObjects) : 0;
  }

  /** A copy: batches may be removed while it is read. */
  all(): HeldBatch[] {
    return [...this.#held.values()];
  }

  get(key: string | undefined): HeldBatch | undefined {
    return key === undefined ? undefined : this.#held.get(key);
  }

  /** `isOwn`: an earlier run of this machine had begun the batch. */
  add({ content, opening }: OpenBatch, { lease, isOwn }: { lease: Lease | undefined; isOwn: boolean }): HeldBatch {
    const id = ++this.#lastId;
    const page = new PageProgress(id, { isAgain: isOwn, isOwn });
    const objects = objectsIn(content);
    const batch: Batch = { id, ...content, isInput: isInputBatch(content.key), page, open: objects };
    this.#prefetch.took(objects);
    const held = { content, batch, page, opening, bytes: bytesOf(content), lease, isNacked: false };
    this.#held.set(content.key, held);
    return held;
  }

  remove(key: string): void {
    this.#held.delete(key);
  }

  /** Waits until there is so little work here that another batch is wanted, or `signal` aborts. */
  async untilWanted(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.wanted === 0) await sleep(LOOK_AGAIN_MS, signal).catch(() => {});
  }
}
