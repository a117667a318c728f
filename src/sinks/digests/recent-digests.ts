/** The files that were stored since a digest log had a certain length. Synchronous: for the volume's thread. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { KEY_HASH_BYTES, keyHash } from '../../lib/record-index/key-hash.js';
import { codeOf } from '../thread/faults.js';
import { DIGEST_RECORD_BYTES, readDigestRecord } from './digest-record.js';

const CHUNK_RECORDS = 2_048;

export class RecentDigests {
  readonly #hashes: ReadonlySet<string>;

  private constructor(hashes: ReadonlySet<string>) {
    this.#hashes = hashes;
  }

  /** Empty when the length is unknown. Throws system errors. */
  static since(path: string, lengthBytes: number | undefined): RecentDigests {
    const hashes = new Set<string>();
    if (lengthBytes !== undefined) for (const hash of hashesBehind(path, lengthBytes)) hashes.add(hash);
    return new RecentDigests(hashes);
  }

  has(key: string): boolean {
    return this.#hashes.has(keyHash(key).toString('latin1'));
  }
}

function* hashesBehind(path: string, lengthBytes: number): Generator<string, void, void> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    const chunk = Buffer.allocUnsafe(CHUNK_RECORDS * DIGEST_RECORD_BYTES);
    // The log cuts off a partial record at the end before it appends the next one.
    for (let at = lengthBytes - (lengthBytes % DIGEST_RECORD_BYTES); at < size; at += chunk.length) {
      const length = readSync(fd, chunk, 0, chunk.length, at);
      for (let start = 0; start + DIGEST_RECORD_BYTES <= length; start += DIGEST_RECORD_BYTES) {
        const record = chunk.subarray(start, start + DIGEST_RECORD_BYTES);
        if (readDigestRecord(record) !== undefined) yield record.toString('latin1', 0, KEY_HASH_BYTES);
      }
    }
  } finally {
    closeSync(fd);
  }
}
