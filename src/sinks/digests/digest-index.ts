/** Finds the MD5 that a file had when it was stored, in the digest logs of several volumes. */

import { type HashIndex, type HashIndexOptions, openHashIndex } from '../../lib/record-index/hash-index.js';
import { keyHash } from '../../lib/record-index/key-hash.js';
import { closeAll } from '../../lib/waiting/close-all.js';
import type { KeptTimes } from '../state/kept-times.js';
import { DIGEST_RECORD_BYTES, mtimeSeconds, readDigestRecord } from './digest-record.js';

/** Options of a hash index. All volumes share `memoryLimitBytes`. */
export type DigestIndexOptions = Omit<HashIndexOptions, 'recordBytes'> & {
  /** What each disk keeps of a time. @default all of it */
  readonly times?: readonly KeptTimes[];
};

const DEFAULT_MEMORY_LIMIT_BYTES = 64 * 1024 * 1024;

export class DigestIndex {
  readonly #indexes: readonly HashIndex[];
  readonly #times: readonly KeptTimes[];

  constructor(indexes: readonly HashIndex[], times: readonly KeptTimes[]) {
    this.#indexes = indexes;
    this.#times = times;
  }

  /**
   * MD5 (lower-case hex) of the key's file on that volume: the last record for that mtime in whole seconds, or else a
   * record whose time the disk turns into that mtime. Undefined when there is no record, when all are of another
   * version, or when the record is damaged.
   */
  find(volumeIndex: number, key: string, mtimeMs: number): string | undefined {
    const seconds = mtimeSeconds(mtimeMs);
    let exact: string | undefined;
    let kept: string | undefined;
    for (const record of this.#indexes[volumeIndex]!.matches(keyHash(key))) {
      const digest = readDigestRecord(record);
      if (digest === undefined) continue;
      if (digest.mtimeSeconds === seconds) exact = digest.md5;
      else if (this.#times[volumeIndex]?.isTimeOf(digest.mtimeSeconds, mtimeMs)) kept = digest.md5;
    }
    return exact ?? kept;
  }

  async close(): Promise<void> {
    const failure = await closeAll(this.#indexes);
    if (failure !== undefined) throw failure;
  }
}

/** Opens the digest logs of all volumes, in their order. A missing log counts as empty. Throws like openHashIndex. */
export async function openDigestIndex(paths: readonly string[], options: DigestIndexOptions): Promise<DigestIndex> {
  const { memoryLimitBytes = DEFAULT_MEMORY_LIMIT_BYTES, times = [] } = options;
  const shared = { ...options, recordBytes: DIGEST_RECORD_BYTES, memoryLimitBytes: memoryLimitBytes / paths.length };
  const indexes: HashIndex[] = [];
  try {
    // One after the other: the disk with the temporary files limits the speed.
    for (const path of paths) indexes.push(await openHashIndex(path, shared));
  } catch (error) {
    await closeAll(indexes);
    throw error;
  }
  return new DigestIndex(indexes, times);
}
