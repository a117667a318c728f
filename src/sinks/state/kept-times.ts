/** What a disk keeps of a time: some keep only whole or even seconds, and each has a limited range of years. */

/** Milliseconds; undefined = no limit within the range of a Date. */
export interface TimeTraits {
  /** The disk rounds a time down to a multiple of this. */
  readonly stepMs?: number | undefined;
  readonly minMs?: number | undefined;
  readonly maxMs?: number | undefined;
}

/** File systems and the conversion to seconds round a time by less than this. */
const TOLERANCE_MS = 1;

/** Some drivers round a fraction of a second up, mostly before 1970. */
const ROUNDED_SECONDS = 1;

export class KeptTimes {
  readonly #stepMs: number;
  readonly #minMs: number;
  readonly #maxMs: number;

  constructor({ stepMs = 1, minMs = Number.NEGATIVE_INFINITY, maxMs = Number.POSITIVE_INFINITY }: TimeTraits = {}) {
    this.#stepMs = stepMs;
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** The time that the disk stores for this one. */
  keep(ms: number): number {
    const stepped = this.#stepMs === 1 ? ms : Math.floor(ms / this.#stepMs) * this.#stepMs;
    return Math.min(Math.max(stepped, this.#minMs), this.#maxMs);
  }

  /** Whether a file of `fileMs` is older than an object of `objectMs`, at the precision of this disk. */
  isOlder(fileMs: number, objectMs: number): boolean {
    return fileMs + TOLERANCE_MS <= objectMs && fileMs + TOLERANCE_MS <= this.keep(objectMs);
  }

  /**
   * Whether a file has the recorded time (whole seconds modulo 2^32). The record holds the time that the disk keeps;
   * earlier builds recorded the time of the object instead.
   */
  isTimeOf(seconds: number, fileMs: number): boolean {
    const fileSeconds = Math.floor(fileMs / 1_000);
    if (seconds === fileSeconds >>> 0) return true;
    // At the end of the disk's range the original time is lost, so every time matches.
    if (fileMs >= this.#maxMs || fileMs <= this.#minMs) return true;
    const apartSeconds = (seconds - fileSeconds) | 0;
    return (
      Math.abs(apartSeconds) <= ROUNDED_SECONDS || this.keep((fileSeconds + apartSeconds) * 1_000) === this.keep(fileMs)
    );
  }
}
