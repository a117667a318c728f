/** For append-only files of lines: a kill or a lost write may leave a line without its end. */
import { readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;

/** Returns how many of the first `sizeBytes` bytes of a file are whole lines. */
export function wholeLinesBytes(fd: number, sizeBytes: number): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let end = sizeBytes; end > 0; end -= CHUNK_BYTES) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, end - start, start);
    const last = chunk.subarray(0, length).lastIndexOf(LINE_FEED);
    if (last !== -1) return start + last + 1;
  }
  return 0;
}
