/**
 * Reads files that should be small. A damaged file may have any size: a gigabyte of zeros takes no room on a disk, and
 * must not fill the memory.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Far more than any of these files has. */
const LIMIT_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** Throws system errors, or an error that gives the size of a file that is too large. */
export function readSmallFile(path: string, limitBytes = LIMIT_BYTES): Buffer {
  const fd = openSync(path, 'r');
  try {
    return readOpenFile(fd, limitBytes);
  } finally {
    closeSync(fd);
  }
}

/** The same for a file that is open. */
export function readOpenFile(fd: number, limitBytes = LIMIT_BYTES): Buffer {
  const { size } = fstatSync(fd);
  if (size > limitBytes) throw new TooLargeError(size, limitBytes);
  const chunks: Buffer[] = [];
  // A pipe reports no size, so read up to the end.
  for (let sizeBytes = 0; ; ) {
    const chunk = Buffer.allocUnsafe(size > sizeBytes ? size - sizeBytes + 1 : CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, chunk.length, null);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
    sizeBytes += length;
    if (sizeBytes > limitBytes) throw new TooLargeError(sizeBytes, limitBytes);
  }
}

export class TooLargeError extends Error {
  readonly code = 'EFBIG';

  constructor(
    readonly sizeBytes: number,
    readonly limitBytes: number,
  ) {
    super(`it has ${sizeBytes} bytes, and no such file has more than ${limitBytes}`);
  }
}
