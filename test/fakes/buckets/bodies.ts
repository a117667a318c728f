// Object bodies made from other bodies: a buffer as it is, and the altered ones the faults need.

import type { ObjectBody } from './bucket.js';
import { md5Hex, md5OfBody, remembered } from './digest.js';

export function bufferBody(content: Buffer | string): ObjectBody {
  const buffer = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    size: buffer.length,
    read: (start, end) => (start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end)),
    md5: remembered(() => md5Hex(buffer)),
  };
}

/** The whole body in one buffer. */
export function readAll(body: ObjectBody, limitBytes = body.size): Buffer {
  const content = body.read(0, Math.min(body.size, limitBytes));
  return Buffer.isBuffer(content) ? content : Buffer.concat([...content]);
}

/** Right bytes followed by bytes that nobody announced, under the digest of the right ones. */
export function longerBody(body: ObjectBody, extraBytes: number): ObjectBody {
  return { ...joinedBody([body, bufferBody(Buffer.alloc(extraBytes, 'x'))]), md5: () => body.md5() };
}

/** What an object becomes when somebody overwrites it: another size, other bytes, and a digest that fits them. */
export function changedBody(body: ObjectBody): ObjectBody {
  return joinedBody([bufferBody('overwritten after it was listed\n'), body]);
}

/** Right length and right digest, but the first byte of every piece that is read is another one. */
export function corruptedBody(body: ObjectBody): ObjectBody {
  return {
    size: body.size,
    md5: () => body.md5(),
    read: (start, end) => {
      const content = body.read(start, end);
      return Buffer.isBuffer(content) ? withFirstByteFlipped(content) : corruptedChunks(content);
    },
  };
}

function* corruptedChunks(chunks: Iterable<Buffer>): Generator<Buffer> {
  let isFirst = true;
  for (const chunk of chunks) {
    yield isFirst ? withFirstByteFlipped(chunk) : chunk;
    isFirst = false;
  }
}

function withFirstByteFlipped(buffer: Buffer): Buffer {
  const copy = Buffer.from(buffer);
  if (copy.length > 0) copy[0] = copy[0]! ^ 0xff;
  return copy;
}

function joinedBody(parts: readonly ObjectBody[]): ObjectBody {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const read = (start: number, end: number) => joinedChunks(parts, start, end);
  return { size, read, md5: remembered(() => md5OfBody({ size, read })) };
}

function* joinedChunks(parts: readonly ObjectBody[], start: number, end: number): Generator<Buffer> {
  let offset = 0;
  for (const part of parts) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, part.size);
    offset += part.size;
    if (from >= to) continue;
    const content = part.read(from, to);
    if (Buffer.isBuffer(content)) yield content;
    else yield* content;
  }
}
