/**
 * The buckets of a hash index: records whose hashes begin with the same bits, about 128 in each. Hashes are spread
 * evenly, so these bits alone locate a bucket (radix partition; Knuth, TAOCP 3, 5.2.5).
 */
import type { RecordBlock } from './record-block.js';

/** A lookup reads one bucket: 4 KiB of digest records. A disk reads that much anyway. */
const RECORDS_PER_BUCKET = 128;

/** A prefix has 32 bits, and one must remain: JavaScript cannot shift by 32. */
const MAX_BITS = 31;

export class HashBuckets {
  /**
   * Number of the first record of each bucket, then the total. Less than 0.1 byte per record. Doubles, since 32 bits
   * would end at 128 GiB.
   */
  readonly starts: Float64Array;
  readonly #shift: number;

  constructor(recordCount: number) {
    const wantedBits = Math.round(Math.log2(recordCount / RECORDS_PER_BUCKET));
    const bits = Math.min(MAX_BITS, Math.max(1, wantedBits));
    this.#shift = 32 - bits;
    this.starts = new Float64Array(2 ** bits + 1);
  }

  get count(): number {
    return this.starts.length - 1;
  }

  /** The bucket of a hash, by its first 32 bits. */
  bucketOf(prefix: number): number {
    return prefix >>> this.#shift;
  }

  /** First pass: counts the first `count` records of a block. Call `settle` after the last block. */
  tally(block: RecordBlock, count: number): void {
    for (let index = 0; index < count; index++) this.starts[this.bucketOf(block.prefix(index)) + 1]!++;
  }

  /** Turns the counts into start numbers. */
  settle(): void {
    for (let bucket = 1; bucket < this.starts.length; bucket++) this.starts[bucket]! += this.starts[bucket - 1]!;
  }
}
