/** Sends records to many places of one file at a time, each place filled front to back through a buffer of its own. */
import { RecordBlock } from './record-block.js';
import { writeFullySync } from './record-file.js';

export class PartitionWriter {
  readonly #fd: number;
  readonly #bufferCount: number;
  /** Buffer by buffer, one for each partition. */
  readonly #block: RecordBlock;
  readonly #filled: Uint32Array;
  /** Number of the record that each partition writes next. */
  readonly #next: Float64Array;

  /** `starts`: number of the first record of each partition; `bufferCount`: records to gather before they are written. */
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
