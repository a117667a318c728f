/**
 * Decides whether this machine's disks have room for another batch. When they are full, the machine takes no batches
 * and reports it.
 */

import type { EventBus } from '../../../events/bus.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import { say } from '../../../texts/say.js';

/** How often Sluice checks the disks while they are full. */
const LOOK_MS = 2_000;
/** Another machine may have taken the batch that did not fit. After this long, this machine tries smaller batches. */
const TRY_AGAIN_MS = 30_000;

export interface AdmissionOptions {
  /** Free bytes on the disks; reads them from the disks. */
  freeBytes: () => Promise<number>;
  /** Free bytes as of the last read, without waiting. */
  knownFreeBytes: () => number;
  events: Pick<EventBus, 'notice'>;
  /** The machine has become full, or has room again. */
  onChange: () => void;
  /** Whether all other known machines are full, too. */
  isAlone: () => Promise<boolean>;
}

export class Admission {
  readonly #options: AdmissionOptions;
  /** Bytes of the batches that this machine holds. */
  #heldBytes = 0;
  /** Size of the batch that did not fit. */
  #neededBytes: number | undefined;
  #hasSaidFull = false;
  #hasSaidAll = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#hasSaidFull;
  }

  /** No machine of the job has space. */
  get areAllFull(): boolean {
    return this.#hasSaidAll;
  }

  held(bytes: number): void {
    this.#heldBytes += bytes;
  }

  released(bytes: number): void {
    this.#heldBytes -= bytes;
  }

  /** Whether a batch of that size fits beside the held batches. */
  takes(bytes: number): boolean {
    if (this.#options.knownFreeBytes() - this.#heldBytes >= bytes) return true;
    this.full(bytes);
    return false;
  }

  /** A batch of that size did not fit. */
  full(bytes: number): void {
    if (!this.#hasSaidFull) {
      this.#hasSaidFull = true;
      this.#options.onChange();
      this.#options.events.notice('worker-full', say.queue.machine.full(bytes));
    }
    this.#neededBytes = Math.max(bytes, this.#neededBytes ?? 0);
  }

  /**
   * Waits until the disks have room, or `signal` aborts. False: they have none after a while, and the caller looks whether
   * the other machines have done all of it meanwhile.
   */
  async opened(signal: AbortSignal): Promise<boolean> {
    const { freeBytes, events, isAlone, onChange } = this.#options;
    const untilMs = performance.now() + TRY_AGAIN_MS;
    while (this.#neededBytes !== undefined && !signal.aborted) {
      const free = (await freeBytes()) - this.#heldBytes;
      // A batch of bare keys has no known size.
      if (free > 0 && free >= this.#neededBytes) {
        events.notice('worker-has-room', say.queue.machine.hasSpace);
        this.#neededBytes = undefined;
        this.#hasSaidFull = false;
        this.#hasSaidAll = false;
        onChange();
        return true;
      }
      if (performance.now() > untilMs) {
        if (free <= 0) return false;
        this.#neededBytes = undefined;
        return true;
      }
      if (!this.#hasSaidAll && (await isAlone())) {
        this.#hasSaidAll = true;
        events.notice('all-full', say.queue.machine.allFull);
      }
      await sleep(LOOK_MS, signal).catch(() => {});
    }
    return true;
  }
}
