/** Counts in fixed bounds that grow by powers of two: bounded memory, and one addition for each value. */
import type { Distribution } from '../picture/watch.js';

export interface BucketsOptions {
  /** The first upper bound. */
  least: number;
  /** Bounds in each doubling. */
  steps: number;
  /** How often the first bound doubles. */
  doublings: number;
}

export class Buckets {
  /** Upper bounds, ascending; a further bucket counts what is above all. */
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  sum = 0;
  readonly #least: number;
  readonly #steps: number;

  constructor({ least, steps, doublings }: BucketsOptions) {
    this.#least = least;
    this.#steps = steps;
    this.bounds = Array.from({ length: steps * doublings + 1 }, (_, index) => least * 2 ** (index / steps));
    this.counts = new Float64Array(this.bounds.length + 1);
  }

  add(value: number): void {
    this.sum += value;
    this.counts[this.indexOf(value)]!++;
  }

  /** The bucket of a value. */
  indexOf(value: number): number {
    if (value <= this.#least) return 0;
    return Math.min(this.bounds.length, Math.ceil(this.#steps * Math.log2(value / this.#least) - ROUNDING));
  }
}

/** A value that is a bound belongs below it, also where the logarithm is a little too high. */
const ROUNDING = 1e-9;

/** The bounds of whole doublings alone, in another unit: as many as a metric should have. */
export function coarsened({ bounds, counts, sum }: Buckets, steps: number, unit: number): Distribution {
  const whole = bounds.filter((_, index) => index % steps === 0);
  const coarse = new Float64Array(whole.length + 1);
  for (const [index, count] of counts.entries()) coarse[Math.min(whole.length, Math.ceil(index / steps))]! += count;
  return { bounds: whole.map((bound) => bound * unit), counts: coarse, sum: sum * unit };
}

/** The value below which this share of the counted values lies, from 0 to 1. Undefined when none is counted. */
export function percentileOf(bounds: readonly number[], counts: ArrayLike<number>, share: number): number | undefined {
  let total = 0;
  for (let index = 0; index < counts.length; index++) total += counts[index]!;
  if (total === 0) return undefined;
  let below = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index]!;
    if (count === 0 || below + count < share * total) {
      below += count;
      continue;
    }
    // Of what is above all bounds only the last bound is known.
    if (index === bounds.length) return bounds.at(-1)!;
    const from = index === 0 ? 0 : bounds[index - 1]!;
    return from + ((bounds[index]! - from) * (share * total - below)) / count;
  }
  return bounds.at(-1)!;
}
