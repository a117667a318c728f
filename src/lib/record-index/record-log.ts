/** An append-only file of fixed-size records, written by synchronous calls from a fixed buffer. */
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** Size of the buffer; when it is full, the records are written. */
const BUFFER_BYTES = 64 * 1024;

/** The first write opens the file. Throws system errors. Records that could not be written stay buffered. */
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

  /** Copies `record` into the buffer. If this throws, the record was not added. */
  append(record: Uint8Array): void {
    if (this.#filledBytes === this.#buffer.length) this.flush();
    this.#buffer.set(record, this.#filledBytes);
    this.#filledBytes += this.#recordBytes;
  }

  /** Writes the buffer in one call, unless the disk takes only a part. */
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
      // A record that was written only in part stays in the buffer; the next flush truncates that part.
      this.#drop(writtenBytes - (writtenBytes % this.#recordBytes));
    }
  }

  /** After this all records so far are durable. */
  sync(): void {
    this.flush();
    if (this.#fd !== undefined) fdatasyncSync(this.#fd);
  }

  /** Writes the buffer and closes the file, also if the write fails. */
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

/** A partial record at the end (a kill, a full disk) would shift all later records, so it is truncated first. */
function cutTornTail(fd: number, recordBytes: number): void {
  const sizeBytes = fstatSync(fd).size;
  const tornBytes = sizeBytes % recordBytes;
  if (tornBytes > 0) ftruncateSync(fd, sizeBytes - tornBytes);
}
