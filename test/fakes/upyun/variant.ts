// Image versions: `photo.jpg!s400` is a thumbnail, never the original.

import { bufferBody, readAll } from '../buckets/bodies.js';
import type { BucketObject } from '../buckets/bucket.js';
import { md5Hex } from '../buckets/digest.js';

// Nobody makes thumbnails of films; this keeps a huge object from being read into memory.
const MAX_SOURCE_BYTES = 8 << 20;

/** The thumbnail the server makes: a quarter of the size, and bytes that depend on the version's name. */
export function variantBody(original: Buffer, variant: string): Buffer {
  const mask = Buffer.from(md5Hex(variant), 'hex');
  const small = Buffer.alloc(Math.ceil(original.length / 4));
  // A mask byte is never 0, so that no byte of the original survives in its place.
  for (let i = 0; i < small.length; i++) small[i] = original[i * 4]! ^ (mask[i % mask.length]! | 1);
  return small;
}

export function variantOf(object: BucketObject, variant: string): BucketObject {
  const body = bufferBody(variantBody(readAll(object.body, MAX_SOURCE_BYTES), variant));
  return { body, mtimeSeconds: object.mtimeSeconds, contentType: object.contentType };
}

/** `['photo.jpg', 's400']` for `photo.jpg!s400`; `undefined` when there is no separator. */
export function splitVariant(key: string, separator: string): readonly [key: string, variant: string] | undefined {
  const at = key.lastIndexOf(separator);
  return at <= 0 ? undefined : [key.slice(0, at), key.slice(at + separator.length)];
}
