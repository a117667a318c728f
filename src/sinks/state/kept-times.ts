/** What a disk keeps of a time: some keep whole seconds, or every other one, and none keeps every year. */

/** Milliseconds; undefined = no limit within what a date can be. */
export interface TimeTraits {
  /** A time becomes the last multiple of this that is not later. */
  readonly stepMs?: number | undefined;
  readonly minMs?: number | undefined;
  readonly maxMs?: number | undefined;
}

/** File systems and the conversion to seconds round a time by less than this. */
const TOLERANCE_MS = 1;

/** Some drivers round a fraction of a second the other way, above all before 1970. */
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

  /** What the disk would have made of that time. */
  keep(ms: number): number {
    const stepped = this.#stepMs === 1 ? ms : Math.floor(ms / this.#stepMs) * this.#stepMs;
    return Math.min(Math.max(stepped, this.#minMs), this.#maxMs);
  }

  /** Whether a file of `fileMs` is older than an object of `objectMs`, as far as this disk can tell. */
  isOlder(fileMs: number, objectMs: number): boolean {
    return fileMs + TOLERANCE_MS <= objectMs && fileMs + TOLERANCE_MS <= this.keep(objectMs);
  }

  /**
   * Whether a file has the time that was written down in whole seconds modulo 2^32 when it was stored: that which the disk
   * keeps, or, by earlier builds, that which it was to have.
   */
  isTimeOf(seconds: number, fileMs: number): boolean {
    const fileSeconds = Math.floor(fileMs / 1_000);
    if (seconds === fileSeconds >>> 0) return true;
    // Of what lies beyond what the disk keeps nothing is left to compare with.
    if (fileMs >= this.#maxMs || fileMs <= this.#minMs) return true;
    const apartSeconds = (seconds - fileSeconds) | 0;
    return (
      Math.abs(apartSeconds) <= ROUNDED_SECONDS || this.keep((fileSeconds + apartSeconds) * 1_000) === this.keep(fileMs)
    );
  }
}
