/** How much room a disk has, as the kernel tells it, and how often a thread says so by itself. */
import { statfsSync } from 'node:fs';

export interface Space {
  /** That this process may use. */
  readonly bytesFree: number;
  readonly bytesTotal: number;
  /** Inodes. */
  readonly filesFree: number;
  /** 0 = this file system does not count them. */
  readonly filesTotal: number;
  /** The magic number of the file system (linux/magic.h). */
  readonly type: number;
}

/** Throws the system error. */
export function readSpace(root: string): Space {
  const { bsize, bavail, blocks, ffree, files, type } = statfsSync(root);
  return { bytesFree: bavail * bsize, bytesTotal: blocks * bsize, filesFree: ffree, filesTotal: files, type };
}

/** Reports are this far apart, in bytes or in files, whichever comes first: often enough for a reserve of some megabytes. */
const BYTES_BETWEEN_REPORTS = 32 * 1024 * 1024;
const FILES_BETWEEN_REPORTS = 256;

/** Decides when the space is worth a look. */
export class SpaceReports {
  readonly #root: string;
  #bytes = 0;
  #files = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Counts what was written; the space when it is time for a report. */
  wrote(bytes: number, files: number): Space | undefined {
    this.#bytes += bytes;
    this.#files += files;
    return this.#bytes >= BYTES_BETWEEN_REPORTS || this.#files >= FILES_BETWEEN_REPORTS ? this.report() : undefined;
  }

  /** None when even that fails: then the next write will say why. */
  report(): Space | undefined {
    this.#bytes = 0;
    this.#files = 0;
    try {
      return readSpace(this.#root);
    } catch {
      return undefined;
    }
  }
}
