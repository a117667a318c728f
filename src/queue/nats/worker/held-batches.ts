/** The parts that this machine has taken and not settled, and how much more it wants. */
import { sleep } from '../../../lib/waiting/sleep.js';
import type { Part } from '../../../model/batch.js';
import { PageProgress } from '../../../model/page-progress.js';
import { isInputPart, type PartContent } from '../connection/messages.js';
import type { Lease } from '../connection/pull.js';
import { bytesOf, objectsIn } from './batch-sizes.js';
import type { Opening, OpenPart } from './open-batches.js';
import { Prefetch } from './prefetch.js';

/** Bounds the parts held while their last few objects wait for another attempt. */
const HELD_PARTS = 512;
const LOOK_AGAIN_MS = 20;

/** A part that this machine has taken. */
export interface HeldPart {
  readonly content: PartContent;
  readonly part: Part;
  readonly page: PageProgress;
  readonly opening: Opening;
  readonly bytes: number;
  /** Undefined for a part that an earlier run had begun: the server delivers its message again later. */
  lease: Lease | undefined;
  /** Another machine has to finish the part. */
  isGivenBack: boolean;
}

export class HeldParts {
  readonly #held = new Map<string, HeldPart>();
  readonly #prefetch: Prefetch;
  #lastId = 0;

  /** `settled` returns the number of objects that this machine has settled. */
  constructor(settled: () => number) {
    this.#prefetch = new Prefetch(settled);
  }

  get size(): number {
    return this.#held.size;
  }

  /** Objects of held parts that are not settled. */
  get openObjects(): number {
    return this.all().reduce((open, { part }) => open + part.open, 0);
  }

  /** How many more parts to take now. */
  get wanted(): number {
    return this.#held.size < HELD_PARTS ? this.#prefetch.partsWanted(this.openObjects) : 0;
  }

  /** A copy: parts may be removed while it is read. */
  all(): HeldPart[] {
    return [...this.#held.values()];
  }

  get(key: string | undefined): HeldPart | undefined {
    return key === undefined ? undefined : this.#held.get(key);
  }

  /** `isOwn`: an earlier run of this machine had begun the part. */
  add({ content, opening }: OpenPart, { lease, isOwn }: { lease: Lease | undefined; isOwn: boolean }): HeldPart {
    const id = ++this.#lastId;
    const page = new PageProgress(id, { isAgain: isOwn, isOwn });
    const objects = objectsIn(content);
    const part: Part = { id, ...content, isInput: isInputPart(content.key), page, open: objects };
    this.#prefetch.took(objects);
    const held = { content, part, page, opening, bytes: bytesOf(content), lease, isGivenBack: false };
    this.#held.set(content.key, held);
    return held;
  }

  remove(key: string): void {
    this.#held.delete(key);
  }

  /** Waits until there is so little work here that another part is wanted, or `signal` aborts. */
  async untilWanted(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.wanted === 0) await sleep(LOOK_AGAIN_MS, signal).catch(() => {});
  }
}
