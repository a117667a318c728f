/** The MD5 of files that an earlier run stored: from its record, or else read from the files again. */
import { join } from 'node:path';
import { STATE_FOLDER } from '../../model/key.js';
import type { FileFacts } from '../thread/messages.js';
import { type DigestIndex, openDigestIndex } from './digest-index.js';
import { DIGEST_RECORD_BYTES } from './digest-record.js';

/** For the last records of the logs: all objects under way at a kill are among the last half a million. */
const MEMORY_BYTES = 16 * 1024 * 1024;

/** Files that one request reads. The same thread also stores new files, so a request must be short. */
const FILES_AT_ONCE = 4;

interface Disks {
  readonly roots: readonly string[];
  inspect(volume: number, keys: readonly string[], needsMd5: boolean): Promise<FileFacts[]>;
  digest(volume: number, keys: readonly string[]): Promise<FileFacts[]>;
}

export class EarlierDigests {
  readonly #disks: Disks;
  #index: Promise<DigestIndex | undefined> | undefined;

  constructor(disks: Disks) {
    this.#disks = disks;
  }

  /** For each key, the file that is there now. It has an MD5 unless the file cannot be read. */
  async of(volume: number, keys: readonly string[]): Promise<FileFacts[]> {
    // Opened on first use: without an interrupted run it is not needed.
    this.#index ??= this.#open();
    const index = await this.#index;
    const files = await this.#disks.inspect(volume, keys, false);
    const unknown: number[] = [];
    for (const [place, file] of files.entries()) {
      if (file.state !== 'present') continue;
      const md5 = index?.find(volume, keys[place]!, file.mtimeMs);
      if (md5 === undefined) unknown.push(place);
      else files[place] = { ...file, md5 };
    }
    for (let start = 0; start < unknown.length; start += FILES_AT_ONCE) {
      const places = unknown.slice(start, start + FILES_AT_ONCE);
      const read = await this.#disks.digest(
        volume,
        places.map((place) => keys[place]!),
      );
      for (const [asked, place] of places.entries()) files[place] = read[asked]!;
    }
    return files;
  }

  async #open(): Promise<DigestIndex | undefined> {
    const { roots } = this.#disks;
    const memoryLimitBytes = MEMORY_BYTES;
    const lastCount = Math.floor(MEMORY_BYTES / roots.length / DIGEST_RECORD_BYTES);
    try {
      return await openDigestIndex(
        roots.map((root) => join(root, STATE_FOLDER, 'digests')),
        // All of it fits into the memory.
        { tempFolder: join(roots[0]!, STATE_FOLDER, 'tmp'), memoryLimitBytes, lastCount },
      );
    } catch {
      // Without a readable log, the MD5s are read from the files.
      return undefined;
    }
  }
}
