/** Reads records of a file in sequence in large pieces, or a few at a time; writes records to a position. */
import { readSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { RecordBlock } from './record-block.js';

/** A range of records in an open file, by their numbers; `end` is the first after it. */
export interface RecordRange {
  readonly handle: FileHandle;
  readonly first: number;
  readonly end: number;
}

export interface ReadOptions {
  /** Buffer for each piece; at least one record long. */
  readonly chunk: RecordBlock;
  /** Stops reading between two pieces. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * All records of the range, in order. Yields how many records are in `chunk` now; they are valid until the next piece.
 */
export async function* recordChunks(range: RecordRange, { chunk, signal }: ReadOptions): AsyncGenerator<number> {
  const { handle, end } = range;
  for (let first = range.first; first < end; first += chunk.count) {
    signal?.throwIfAborted();
    const count = Math.min(chunk.count, end - first);
    await readFully(handle, chunk.slice(0, count), first * chunk.recordBytes);
    yield count;
  }
}

async function readFully(handle: FileHandle, target: Buffer, position: number): Promise<void> {
  for (let filled = 0; filled < target.length; ) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, position + filled);
    if (bytesRead === 0) throw new ShortFileError();
    filled += bytesRead;
  }
}

/** Like `recordChunks`, for a few bytes, synchronous. */
export function readFullySync(fd: number, target: Buffer, position: number): void {
  for (let filled = 0; filled < target.length; ) {
    const bytesRead = readSync(fd, target, filled, target.length - filled, position + filled);
    if (bytesRead === 0) throw new ShortFileError();
    filled += bytesRead;
  }
}

export function writeFullySync(fd: number, bytes: Buffer, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
}

/** A file ends before a record that was counted before: another process has truncated it. */
class ShortFileError extends Error {
  readonly code = 'ERR_SHORT_FILE';

  constructor() {
    super('a file of records became shorter while it was read, so they cannot be looked up');
  }
}
