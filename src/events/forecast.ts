/** Predicts whether the disks can hold the rest of a copy, and when they will be full, if the numbers are known. */
import type { Stats } from './stats.js';
import { formatBytes, formatSeconds } from './units.js';

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
    const missing = this.missingBytes!;
    const room = this.#options.roomBytes();
    return (
      `the disks will not hold all of it: ${formatBytes(missing)} (${missing} bytes, by the bucket's own count) are still to be stored, and ` +
      `${formatBytes(room)} are free beyond the reserve; free some space or add a --to. The run goes on until all disks are full`
    );
  }

  /** For the time when the rate is known. */
  prospect(bytesPerSecond: number, nowMs: number): string | undefined {
    const seconds = this.secondsUntilFull(bytesPerSecond);
    if (seconds === undefined) return undefined;
    const at = new Date(nowMs + seconds * 1000).toISOString();
    return `at the present rate of ${formatBytes(bytesPerSecond)}/s the disks are full at ${at}, in ${formatSeconds(seconds)}`;
  }
}
