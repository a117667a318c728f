/** An append-only file of fixed-size records, written by synchronous calls from a fixed buffer. */
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** Records wait in this much memory at most; then they are written whether or not anyone asks. */
const BUFFER_BYTES = 64 * 1024;

/** The file is opened by the first write. System errors are thrown as they are; what could not be written stays buffered. */
export class RecordLog {
  readonly #path: string;
  readonly #recordBytes: number;
  readonly #buffer: Buffer;
  #filledBytes = 0;
  #fd: number | undefined;

  constructor(path: string, recordBytes: number) {
    this.#path = path;
    this.#recordBytes = recordBytes;
    this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES - (BUFFER_BYTES % recordBytes));
  }

  /** Takes a copy of `record`. When it throws, the record was not taken. */
  append(record: Uint8Array): void {
    if (this.#filledBytes === this.#buffer.length) this.flush();
    this.#buffer.set(record, this.#filledBytes);
    this.#filledBytes += this.#recordBytes;
  }

  /** Writes what is buffered: one call, unless the disk takes only a part of it. */
  flush(): void {
    if (this.#filledBytes === 0) return;
    this.#fd ??= openSync(this.#path, 'a');
    cutTornTail(this.#fd, this.#recordBytes);
    let writtenBytes = 0;
    try {
      while (writtenBytes < this.#filledBytes) {
        writtenBytes += writeSync(this.#fd, this.#buffer, writtenBytes, this.#filledBytes - writtenBytes);
      }
    } finally {
      // A record of which the disk took only a part stays; the next flush cuts that part away.
      this.#drop(writtenBytes - (writtenBytes % this.#recordBytes));
    }
  }

  /** All records so far are on the disk afterwards. */
  sync(): void {
    this.flush();
    if (this.#fd !== undefined) fdatasyncSync(this.#fd);
  }

  /** Writes what is buffered and closes the file, also when writing fails. */
  close(): void {
    try {
      this.flush();
    } finally {
      if (this.#fd !== undefined) closeSync(this.#fd);
      this.#fd = undefined;
    }
  }

  #drop(sizeBytes: number): void {
    this.#buffer.copyWithin(0, sizeBytes, this.#filledBytes);
    this.#filledBytes -= sizeBytes;
  }
}

/** Part of a record at the end (a kill, a full disk) would shift every record behind it, so it goes before more comes. */
function cutTornTail(fd: number, recordBytes: number): void {
  const sizeBytes = fstatSync(fd).size;
  const tornBytes = sizeBytes % recordBytes;
  if (tornBytes > 0) ftruncateSync(fd, sizeBytes - tornBytes);
}
