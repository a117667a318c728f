/** How long servers take to answer, to the first byte: over the whole run, over the last minute, and over ten seconds. */
import type { Distribution } from '../picture/watch.js';
import { Buckets, coarsened, percentileOf } from './buckets.js';

/** From a millisecond to two minutes, a fifth apart: percentiles are a tenth off at most. */
const STEPS = 4;
const BOUNDS = { least: 1, steps: STEPS, doublings: 17 };
/** Slots of ten seconds in a minute. */
const SLOTS = 6;

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export class Latencies {
  readonly #all = new Buckets(BOUNDS);
  /** The counts of the whole run at the end of each of the last slots, the oldest first. */
  readonly #before: Float64Array[] = [];

  /** A server has answered after so many milliseconds. */
  add(tookMs: number): void {
    this.#all.add(tookMs);
  }

  /** Ten seconds are over. */
  endSlot(): void {
    this.#before.push(this.#all.counts.slice());
    if (this.#before.length > SLOTS) this.#before.shift();
  }

  /** Of the last minute; undefined when nothing was answered in it. */
  get lastMinute(): Percentiles | undefined {
    return this.#since(this.#before.length < SLOTS ? undefined : this.#before[0]);
  }

  /** Of the slot that is not over. */
  get slot(): Percentiles | undefined {
    return this.#since(this.#before.at(-1));
  }

  /** In seconds. */
  get distribution(): Distribution {
    return coarsened(this.#all, STEPS, 1e-3);
  }

  #since(before: Float64Array | undefined): Percentiles | undefined {
    const { bounds, counts } = this.#all;
    const since = before === undefined ? counts : counts.map((count, index) => count - before[index]!);
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => percentileOf(bounds, since, share));
    return p50 === undefined ? undefined : { p50: tenth(p50), p90: tenth(p90!), p99: tenth(p99!) };
  }
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
