/** Digests of a body, whole or piece by piece, as lower-case hex. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c } from './crc32c.js';
import { Crc64, hexOf } from './crc64.js';

/** By their names in S3 and in headers of stores (lower case), with the bytes of each. The one that finds most comes first. */
export const CHECKSUM_BYTES = {
  sha512: 64,
  sha256: 32,
  sha1: 20,
  md5: 16,
  crc64nvme: 8,
  crc64ecma: 8,
  crc32c: 4,
  crc32: 4,
} as const;

export type ChecksumKind = keyof typeof CHECKSUM_BYTES;

export interface Checksum {
  update(piece: Uint8Array): void;
  /** Of all pieces so far. Call it once, at the end. */
  hex(): string;
}

export function createChecksum(kind: ChecksumKind): Checksum {
  if (kind === 'crc64nvme' || kind === 'crc64ecma') return new Crc64(kind);
  if (kind === 'crc32c') return running(crc32c);
  if (kind === 'crc32') return running(crc32);
  const hash = createHash(kind);
  return { update: (piece) => void hash.update(piece), hex: () => hash.digest('hex') };
}

/** Of a whole body. */
export function checksumOf(kind: ChecksumKind, body: Uint8Array): string {
  const checksum = createChecksum(kind);
  checksum.update(body);
  return checksum.hex();
}

function running(add: (piece: Uint8Array, before: number) => number): Checksum {
  let sum = 0;
  return {
    update(piece) {
      sum = add(piece, sum);
    },
    hex: () => hexOf(sum),
  };
}
