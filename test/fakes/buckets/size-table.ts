// Object sizes for procedural buckets. Every run of 4096 indexes uses each entry of one table once, in an order of its
// own, so the exact sum over 300 million objects takes a few thousand steps.

import { hash32 } from './procedural-body.js';

const ENTRIES = 4096;

/** A fixed size in bytes, or a lognormal distribution. */
export type SizeDistribution =
  | number
  | {
      /** @default 20_000 */
      readonly medianBytes?: number;
      /** Spread: 0.8 puts two thirds of all sizes between 0.45 and 2.2 medians. @default 0.8 */
      readonly sigma?: number;
      /** @default 1 */
      readonly minBytes?: number;
      /** @default 2_000_000 */
      readonly maxBytes?: number;
    };

export class SizeTable {
  readonly #table: Float64Array;
  readonly #seed: number;
  readonly #tableSum: number;

  constructor(distribution: SizeDistribution = {}, seed = 1) {
    this.#seed = seed;
    this.#table = Float64Array.from({ length: ENTRIES }, (_, entry) => sizeOfEntry(distribution, seed, entry));
    this.#tableSum = this.#table.reduce((sum, size) => sum + size, 0);
  }

  at(index: number): number {
    const run = Math.floor(index / ENTRIES);
    // XOR with one number per run is a permutation of the table.
    return this.#table[(index - run * ENTRIES) ^ (hash32(this.#seed, run) % ENTRIES)]!;
  }

  /** Total size of the objects `start` (inclusive) to `end` (exclusive). */
  sum(start: number, end: number): number {
    let total = 0;
    let index = start;
    while (index < end) {
      const isWholeRun = index % ENTRIES === 0 && index + ENTRIES <= end;
      const wholeRuns = isWholeRun ? Math.floor((end - index) / ENTRIES) : 0;
      total += isWholeRun ? wholeRuns * this.#tableSum : this.at(index);
      index += isWholeRun ? wholeRuns * ENTRIES : 1;
    }
    return total;
  }
}

function sizeOfEntry(distribution: SizeDistribution, seed: number, entry: number): number {
  if (typeof distribution === 'number') return distribution;
  const { medianBytes = 20_000, sigma = 0.8, minBytes = 1, maxBytes = 2_000_000 } = distribution;
  // Box-Muller: two even random numbers make one that is normally distributed.
  const radius = Math.sqrt(-2 * Math.log((hash32(seed, entry * 2) + 1) / 0x1_0000_0001));
  const normal = radius * Math.cos((2 * Math.PI * hash32(seed, entry * 2 + 1)) / 0x1_0000_0000);
  return Math.min(maxBytes, Math.max(minBytes, Math.round(medianBytes * Math.exp(sigma * normal))));
}
