/** The free space of a disk, as the kernel reports it, and how often a thread reports it. */
import { statfsSync } from 'node:fs';

export interface Space {
  /** Free for this process. */
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

/** A thread reports after so many bytes or files: often enough for a reserve of a few megabytes. */
const BYTES_BETWEEN_REPORTS = 32 * 1024 * 1024;
const FILES_BETWEEN_REPORTS = 256;

/** Decides when to read the space. */
export class SpaceReports {
  readonly #root: string;
  #bytes = 0;
  #files = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Counts what was written. Returns the space when a report is due. */
  wrote(bytes: number, files: number): Space | undefined {
    this.#bytes += bytes;
    this.#files += files;
    return this.#bytes >= BYTES_BETWEEN_REPORTS || this.#files >= FILES_BETWEEN_REPORTS ? this.report() : undefined;
  }

  /** Undefined when the call fails: the next write reports why. */
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
