/**
 * This machine has too many open files, by connections or on its disks. After a pause fewer requests go out, so that
 * running work has room. After `maxPauses` pauses in a row without a stored object Sluice stops waiting.
 */
import type { TransferError } from '../../errors.js';
import { backoffMs } from './backoff.js';
import type { Throttle } from './throttle.js';

const LONGEST_PAUSE_MS = 5_000;

export interface ShortageOptions {
  throttle: Pick<Throttle, 'pauseForOverload'>;
  /** The most pauses in a row without a stored object. */
  maxPauses: number;
  /** Called with each error. */
  onShortage?: ((error: TransferError) => void) | undefined;
}

export class Shortage {
  readonly #options: ShortageOptions;
  #pauses = 0;
  /** The request reports an error first, and settle once more: each counts once. */
  readonly #known = new WeakSet<TransferError>();

  constructor(options: ShortageOptions) {
    this.#options = options;
  }

  get isExhausted(): boolean {
    return this.#pauses > this.#options.maxPauses;
  }

  /** A connection or a file could not be opened. */
  met(error: TransferError): void {
    if (this.#known.has(error)) return;
    this.#known.add(error);
    this.#options.onShortage?.(error);
    const longestMs = backoffMs(this.#pauses + 1, () => 1);
    if (this.#options.throttle.pauseForOverload(Math.min(LONGEST_PAUSE_MS, longestMs))) this.#pauses++;
  }

  /** An object was stored, or a request whose answer is not stored has its answer. */
  over(): void {
    this.#pauses = 0;
  }
}
