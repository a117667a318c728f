// MD5 in the three ways the fakes need it: of a buffer, of a body of any size, and remembered.

import { createHash } from 'node:crypto';
import type { ObjectBody } from './bucket.js';

// Up to here hashing takes about a millisecond, so there is no need to leave the event loop alone.
const SYNC_LIMIT_BYTES = 1 << 20;
const YIELD_EVERY_BYTES = 8 << 20;

export function md5Hex(data: Buffer | string): string {
  return createHash('md5').update(data).digest('hex');
}

/** MD5 of a whole body; a large one is hashed piecemeal so that other requests go on meanwhile. */
export function md5OfBody(body: Pick<ObjectBody, 'size' | 'read'>): string | Promise<string> {
  const content = body.read(0, body.size);
  if (Buffer.isBuffer(content)) return md5Hex(content);
  if (body.size > SYNC_LIMIT_BYTES) return md5InTurns(content);
  const hash = createHash('md5');
  for (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}

/** Wraps a digest so that it is computed once, however many requests ask for it at the same time. */
export function remembered(compute: () => string | Promise<string>): () => string | Promise<string> {
  let known: string | Promise<string> | undefined;
  return () => {
    known ??= compute();
    return known;
  };
}

async function md5InTurns(chunks: Iterable<Buffer>): Promise<string> {
  const hash = createHash('md5');
  let sinceYieldBytes = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    sinceYieldBytes += chunk.length;
    if (sinceYieldBytes < YIELD_EVERY_BYTES) continue;
    sinceYieldBytes = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest('hex');
}
