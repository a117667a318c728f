/**
 * One record of a digest log, 32 bytes: hash of the key (8) | MD5 of the content (16) | mtime in whole seconds modulo
 * 2^32 (uint32 LE) | CRC-32 of all before it (uint32 LE). A CRC-32 finds every error within 32 bits in a row.
 */
import { crc32 } from 'node:zlib';
import { KEY_HASH_BYTES, writeKeyHash } from '../../lib/record-index/key-hash.js';

export const DIGEST_RECORD_BYTES = 32;

const MD5_BYTES = 16;
const MTIME_OFFSET = KEY_HASH_BYTES + MD5_BYTES;
const CRC_OFFSET = DIGEST_RECORD_BYTES - 4;

/** The content of a record, without the hash of the key. */
export interface Digest {
  /** Lower-case hex. */
  readonly md5: string;
  /** See {@link mtimeSeconds}. */
  readonly mtimeSeconds: number;
}

/** The time as a record keeps it. File systems agree on whole seconds, but not on fractions. */
export function mtimeSeconds(mtimeMs: number): number {
  return Math.floor(mtimeMs / 1_000) >>> 0;
}

/** Fills `record`. Throws a TypeError for a bad MD5: cut or padded, it becomes a valid record of something else. */
export function writeDigestRecord(record: Buffer, key: string, md5Hex: string, mtimeMs: number): void {
  writeKeyHash(key, record);
  const written = record.write(md5Hex, KEY_HASH_BYTES, MD5_BYTES, 'hex');
  if (written !== MD5_BYTES || md5Hex.length !== 2 * MD5_BYTES) throw new TypeError(`not an MD5: ${md5Hex}`);
  record.writeUInt32LE(mtimeSeconds(mtimeMs), MTIME_OFFSET);
  record.writeUInt32LE(crc32(record.subarray(0, CRC_OFFSET)), CRC_OFFSET);
}

/** Reads `record`. Undefined when its CRC is wrong. */
export function readDigestRecord(record: Buffer): Digest | undefined {
  if (crc32(record.subarray(0, CRC_OFFSET)) !== record.readUInt32LE(CRC_OFFSET)) return undefined;
  return {
    md5: record.toString('hex', KEY_HASH_BYTES, MTIME_OFFSET),
    mtimeSeconds: record.readUInt32LE(MTIME_OFFSET),
  };
}
