/**
 * When this machine has no more files to open, for connections or on its disks: after a pause fewer requests go out, so that
 * what is under way has room. Where nothing is stored for so many pauses in a row, waiting makes no sense any more.
 */
import type { TransferError } from '../../errors.js';
import { backoffMs } from './backoff.js';
import type { Throttle } from './throttle.js';

const LONGEST_PAUSE_MS = 5_000;

export interface ShortageOptions {
  throttle: Pick<Throttle, 'exhausted'>;
  /** Pauses in a row without an object that was stored. */
  patience: number;
  /** Told of each error. */
  onShortage?: ((error: TransferError) => void) | undefined;
}

export class Shortage {
  readonly #options: ShortageOptions;
  #pauses = 0;

  constructor(options: ShortageOptions) {
    this.#options = options;
  }

  get isExhausted(): boolean {
    return this.#pauses > this.#options.patience;
  }

  /** A connection, or the file of an object, could not be opened. */
  met(error: TransferError): void {
    this.#options.onShortage?.(error);
    const longestMs = backoffMs(this.#pauses + 1, () => 1);
    if (this.#options.throttle.exhausted(Math.min(LONGEST_PAUSE_MS, longestMs))) this.#pauses++;
  }

  /** An object was stored. */
  over(): void {
    this.#pauses = 0;
  }
}
