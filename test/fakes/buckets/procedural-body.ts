// Object bytes computed from a seed and a number: a seeded 64 KiB block, turned by an amount that depends on the number
// and stamped with the number and the chunk, so that swapped objects and misplaced ranges are noticed.

import type { ObjectBody } from './bucket.js';
import { md5OfBody, remembered } from './digest.js';

const CHUNK_BYTES = 65_536;
const STAMP_BYTES = 12;

/** Makes bodies that share one seeded block of memory. */
export type BodyMaker = (index: number, size: number) => ObjectBody;

/** A well mixed 32-bit number; the only source of chance in the procedural fakes. */
export function hash32(seed: number, value: number): number {
  // Indexes above 2^32 keep their high half by folding it into the seed.
  let mixed = Math.imul(seed ^ Math.floor(value / 0x1_0000_0000), 0x9e3779b1) ^ (value | 0);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A body maker for one seed. Digests are not remembered here: there may be millions of bodies. */
export function bodyMaker(seed: number): BodyMaker {
  const block = doubledBlock(seed);
  return (index, size) => {
    const read = (start: number, end: number) => readPattern(block, index, start, end, size);
    return { size, read, md5: () => md5OfBody({ size, read }) };
  };
}

/** One object of any size, made chunk by chunk as it is sent; its MD5 is computed on first use. */
export function sizedObject(sizeBytes: number, options: { readonly seed?: number } = {}): ObjectBody {
  const body = bodyMaker(options.seed ?? 1)(0, sizeBytes);
  return { size: sizeBytes, read: body.read, md5: remembered(() => body.md5()) };
}

function readPattern(
  block: Buffer,
  index: number,
  start: number,
  end: number,
  size: number,
): Buffer | Iterable<Buffer> {
  const first = Math.floor(start / CHUNK_BYTES);
  if (end - first * CHUNK_BYTES > CHUNK_BYTES) return patternChunks(block, index, start, end, size);
  const chunk = patternChunk(block, index, first, end - first * CHUNK_BYTES);
  return chunk.subarray(start - first * CHUNK_BYTES);
}

function* patternChunks(block: Buffer, index: number, start: number, end: number, size: number): Generator<Buffer> {
  for (let number = Math.floor(start / CHUNK_BYTES); number * CHUNK_BYTES < end; number++) {
    const offset = number * CHUNK_BYTES;
    const chunk = patternChunk(block, index, number, Math.min(size - offset, CHUNK_BYTES));
    yield chunk.subarray(Math.max(0, start - offset), Math.min(chunk.length, end - offset));
  }
}

function patternChunk(block: Buffer, index: number, number: number, length: number): Buffer {
  // The stamp may not depend on the length: a chunk cut short by a range must begin like the whole one.
  const chunk = Buffer.allocUnsafe(Math.max(length, STAMP_BYTES));
  const turn = hash32(number, index) % CHUNK_BYTES;
  block.copy(chunk, 0, turn, turn + chunk.length);
  chunk.writeUIntBE(index, 0, 6);
  chunk.writeUIntBE(number, 6, 6);
  return chunk.subarray(0, length);
}

// Twice the same block, so that a turned copy is one copy without a seam.
function doubledBlock(seed: number): Buffer {
  const block = Buffer.allocUnsafe(CHUNK_BYTES * 2);
  for (let offset = 0; offset < CHUNK_BYTES; offset += 4) block.writeUInt32LE(hash32(seed, offset), offset);
  block.copy(block, CHUNK_BYTES, 0, CHUNK_BYTES);
  return block;
}
