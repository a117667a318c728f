/** Whether the disks will hold the rest of a copy, and when they will be full if not. Says nothing that is not known. */
import type { Stats } from './stats.js';
import { formatBytes, formatSeconds } from './units.js';

export interface ForecastOptions {
  stats: Stats;
  /** Bytes that the disks may still take. */
  roomBytes: () => number;
  /** Of the whole copy, what lay there before this job; undefined = nobody knows. */
  earlierBytes: number | undefined;
}

export class Forecast {
  readonly #options: ForecastOptions;

  constructor(options: ForecastOptions) {
    this.#options = options;
  }

  /** How much there is to be stored yet, where the bucket tells its size and the job what it has of it. */
  get missingBytes(): number | undefined {
    const { stats, earlierBytes } = this.#options;
    if (stats.usageBytes === undefined || earlierBytes === undefined) return undefined;
    // What a second pass finds there is settled bit by bit.
    return Math.max(0, stats.usageBytes - Math.max(earlierBytes, stats.settledBytes) - stats.arrivingBytes);
  }

  /** More than fits. */
  get isTooMuch(): boolean {
    return (this.missingBytes ?? 0) > this.#options.roomBytes();
  }

  /** At that rate; undefined where all fits, or that is not known. */
  secondsUntilFull(bytesPerSecond: number): number | undefined {
    return this.isTooMuch && bytesPerSecond > 0 ? this.#options.roomBytes() / bytesPerSecond : undefined;
  }

  /** Before anything is fetched. */
  warning(): string | undefined {
    if (!this.isTooMuch) return undefined;
    const missing = this.missingBytes!;
    const room = this.#options.roomBytes();
    return (
      `the disks will not hold all of it: ${formatBytes(missing)} (${missing} bytes, as the bucket says) are still to be stored, and there is room for ` +
      `${formatBytes(room)} beyond what is kept free; make room or add a --to: a disk that is full ends nothing as long as another one is not`
    );
  }

  /** As soon as there is a rate. */
  prospect(bytesPerSecond: number, nowMs: number): string | undefined {
    const seconds = this.secondsUntilFull(bytesPerSecond);
    if (seconds === undefined) return undefined;
    const at = new Date(nowMs + seconds * 1000).toISOString();
    return `at the present rate of ${formatBytes(bytesPerSecond)}/s the disks are full at ${at}, in ${formatSeconds(seconds)}`;
  }
}
