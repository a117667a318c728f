/** Predicts whether the disks can hold the rest of a copy, and when they will be full, if the numbers are known. */

import { say } from '../texts/say.js';
import type { Stats } from './stats.js';

export interface ForecastOptions {
  stats: Stats;
  /** Bytes that the disks can still store. */
  roomBytes: () => number;
  /** Bytes of the copy that were stored before this job. Undefined when unknown. */
  earlierBytes: number | undefined;
}

export class Forecast {
  readonly #options: ForecastOptions;

  constructor(options: ForecastOptions) {
    this.#options = options;
  }

  /** Bytes still to store. Known when the bucket reports its size, and the job knows the bytes it already has. */
  get missingBytes(): number | undefined {
    const { stats, earlierBytes } = this.#options;
    if (stats.usageBytes === undefined || earlierBytes === undefined) return undefined;
    // A second pass settles the existing files one by one.
    return Math.max(0, stats.usageBytes - Math.max(earlierBytes, stats.settledBytes) - stats.arrivingBytes);
  }

  /** More bytes than the disks can hold. */
  get isTooMuch(): boolean {
    return (this.missingBytes ?? 0) > this.#options.roomBytes();
  }

  /** At the given rate. Undefined when everything fits, or when it is unknown. */
  secondsUntilFull(bytesPerSecond: number): number | undefined {
    return this.isTooMuch && bytesPerSecond > 0 ? this.#options.roomBytes() / bytesPerSecond : undefined;
  }

  /** For the time before the first fetch. */
  warning(): string | undefined {
    if (!this.isTooMuch) return undefined;
    return say.forecast.tooMuch(this.missingBytes!, this.#options.roomBytes());
  }

  /** For the time when the rate is known. */
  prospect(bytesPerSecond: number, nowMs: number): string | undefined {
    const seconds = this.secondsUntilFull(bytesPerSecond);
    if (seconds === undefined) return undefined;
    return say.forecast.full(bytesPerSecond, seconds, nowMs + seconds * 1000);
  }
}
