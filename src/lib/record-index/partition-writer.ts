/**
 * Writes records to many places of one file at the same time. Each place has its own buffer and is filled in sequence.
 */
import { RecordBlock } from './record-block.js';
import { writeFullySync } from './record-file.js';

export class PartitionWriter {
  readonly #fd: number;
  readonly #bufferCount: number;
  /** The buffers of all partitions, one after another. */
  readonly #block: RecordBlock;
  readonly #filled: Uint32Array;
  /** Number of the next record of each partition. */
  readonly #next: Float64Array;

  /** `starts`: number of the first record of each partition; `bufferCount`: records to collect before a write. */
  constructor(fd: number, recordBytes: number, starts: readonly number[], bufferCount: number) {
    this.#fd = fd;
    this.#bufferCount = bufferCount;
    this.#block = new RecordBlock(recordBytes, starts.length * bufferCount);
    this.#filled = new Uint32Array(starts.length);
    this.#next = Float64Array.from(starts);
  }

  put(partition: number, from: RecordBlock, index: number): void {
    const filled = this.#filled[partition]!++;
    this.#block.copy(partition * this.#bufferCount + filled, from, index);
    if (filled + 1 === this.#bufferCount) this.#write(partition);
  }

  /** Writes what is left in the buffers. */
  flush(): void {
    for (let partition = 0; partition < this.#filled.length; partition++) this.#write(partition);
  }

  #write(partition: number): void {
    const count = this.#filled[partition]!;
    const bytes = this.#block.slice(partition * this.#bufferCount, count);
    writeFullySync(this.#fd, bytes, this.#next[partition]! * this.#block.recordBytes);
    this.#next[partition]! += count;
    this.#filled[partition] = 0;
  }
}
