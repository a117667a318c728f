/** Whether this machine's disks have room for another part; when they have not, it takes none, and says so. */

import type { Reporter } from '../../../events/reporter.js';
import { formatBytes } from '../../../events/units.js';
import { sleep } from '../../../lib/waiting/sleep.js';

/** How often the disks are asked while they are full. */
const LOOK_MS = 2_000;
/** A part that did not fit may have become somebody else's: after this long, smaller ones are tried. */
const TRY_AGAIN_MS = 30_000;

export interface RoomOptions {
  /** Bytes that the disks still take; asks the disks. */
  freeBytes: () => Promise<number>;
  /** The same as of the last look, now. */
  knownFreeBytes: () => number;
  reporter: Pick<Reporter, 'notice'>;
  /** It has become full, or has room again. */
  onChange: () => void;
  /** Whether no other machine has room either, as far as is known. */
  isNobodyElse: () => Promise<boolean>;
}

export class Admission {
  readonly #options: RoomOptions;
  /** Of parts that are under way here. */
  #heldBytes = 0;
  /** What a part needs that did not fit. */
  #neededBytes: number | undefined;
  #hasSaidFull = false;
  #hasSaidAll = false;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#hasSaidFull;
  }

  held(bytes: number): void {
    this.#heldBytes += bytes;
  }

  released(bytes: number): void {
    this.#heldBytes -= bytes;
  }

  /** Whether a part of that size fits beside those that are under way. */
  takes(bytes: number): boolean {
    if (this.#options.knownFreeBytes() - this.#heldBytes >= bytes) return true;
    this.full(bytes);
    return false;
  }

  /** A part of that size did not fit. */
  full(bytes: number): void {
    if (!this.#hasSaidFull) {
      this.#hasSaidFull = true;
      this.#options.onChange();
      const what = `no room for another part of ${formatBytes(bytes)}`;
      this.#options.reporter.notice(
        'worker-full',
        `this machine is full (${what}): it takes no more, and what it cannot store goes to the others`,
      );
    }
    this.#neededBytes = Math.max(bytes, this.#neededBytes ?? 0);
  }

  /** Until there is room, or `signal` aborts. */
  async opened(signal: AbortSignal): Promise<void> {
    const { freeBytes, reporter, isNobodyElse, onChange } = this.#options;
    const untilMs = performance.now() + TRY_AGAIN_MS;
    while (this.#neededBytes !== undefined && !signal.aborted) {
      const free = (await freeBytes()) - this.#heldBytes;
      // Of a part of bare keys nobody knows what it needs.
      if (free > 0 && free >= this.#neededBytes) {
        reporter.notice('worker-has-room', 'this machine has room again: it takes parts');
        this.#neededBytes = undefined;
        this.#hasSaidFull = false;
        this.#hasSaidAll = false;
        onChange();
        return;
      }
      if (free > 0 && performance.now() > untilMs) {
        this.#neededBytes = undefined;
        return;
      }
      if (!this.#hasSaidAll && (await isNobodyElse())) {
        this.#hasSaidAll = true;
        reporter.notice('all-full', 'no machine has room: the job waits until one of them has, or another one joins');
      }
      await sleep(LOOK_MS, signal).catch(() => {});
    }
  }
}
