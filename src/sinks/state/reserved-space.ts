/**
 * Space on the disk that keeps the state of a job, held by files of its own. So the state can still be written when
 * that disk is full and others are not. Sluice frees it step by step, and refills it when there is room. Every thread
 * of the process may free some: the sizes of the files are the only state.
 */
import { randomFillSync } from 'node:crypto';
import { rmSync, statfsSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GiveWay } from '../../lib/files/with-space.js';
import { STATE_FOLDER } from '../../model/key.js';

/** Each file is also an inode that a new file can use. */
const PIECES = 4;
const BLOCK_BYTES = 4096;
/** What the journal grows by between two compactions, with the failures and names of that time. */
const BASE_BYTES = 4 * 1024 * 1024;
/** A compaction writes a second snapshot next to the first, and it may be larger. */
const SNAPSHOTS = 2;
/** A small disk must keep its room for the files. */
const SHARE = 1 / 16;
/** Freed at once: enough for some seconds of a job, and too little to make a full disk look usable. */
const STEP_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;

export class ReservedSpace {
  readonly #prefix: string;
  readonly #onTight: (leftBytes: number) => void;
  #wantedBytes = 0;
  #missingBytes = 0;

  /** The files are called `<prefix>.0` and so on. `onTight` is called with the bytes left when some are needed. */
  constructor(prefix: string, onTight: (leftBytes: number) => void = () => {}) {
    this.#prefix = prefix;
    this.#onTight = onTight;
  }

  /** The reserve of the folder that keeps the state. */
  static of(root: string, onTight?: (leftBytes: number) => void): ReservedSpace {
    return new ReservedSpace(join(root, STATE_FOLDER, 'reserve'), onTight);
  }

  get paths(): string[] {
    return Array.from({ length: PIECES }, (_, piece) => `${this.#prefix}.${piece}`);
  }

  /** The target of the last refill. */
  get wantedBytes(): number {
    return this.#wantedBytes;
  }

  /** Some bytes were freed since the last refill, or that refill did not find enough room. */
  get isTight(): boolean {
    return this.#missingBytes > 0;
  }

  /** The missing bytes: space that becomes free goes here before it goes to files. */
  get missingBytes(): number {
    return this.#missingBytes;
  }

  get leftBytes(): number {
    return this.paths.reduce((sum, path) => sum + (sizeOf(path) ?? 0), 0);
  }

  readonly giveWay: GiveWay = (attempt) => this.#give(attempt, 0);

  /** For a less important writer: the last piece stays. Frees nothing for a file on another disk. */
  giveWayFor(path: string): GiveWay {
    return (attempt) => isSameDisk(path, this.#prefix) && this.#give(attempt, 1);
  }

  /** Reserves what a journal with this snapshot size may need, if there is room. Never rejects: it is optional. */
  async refill(snapshotBytes: number): Promise<void> {
    try {
      const { bsize, bavail, blocks, ffree, files } = statfsSync(dirname(this.#prefix));
      const wanted = Math.min(BASE_BYTES + SNAPSHOTS * snapshotBytes, blocks * bsize * SHARE);
      const pieceBytes = Math.max(BLOCK_BYTES, blocksOf(wanted / PIECES));
      this.#wantedBytes = pieceBytes * PIECES;
      let spareBytes = bavail * bsize - stepOf(pieceBytes);
      const hasInodes = files === 0 || ffree >= PIECES;
      for (const path of this.paths) {
        const size = sizeOf(path);
        const bytes = blocksOf(Math.min(pieceBytes - (size ?? 0), spareBytes));
        if (bytes <= 0 || (size === undefined && !hasInodes)) continue;
        await extend(path, bytes);
        spareBytes -= bytes;
      }
    } catch {
      // The disk may be full or broken: the next write reports it.
    }
    this.#look();
  }

  /** For a job that needs it no more. */
  remove(): void {
    for (const path of this.paths) rmSync(path, { force: true });
  }

  #look(): void {
    const { leftBytes, isTight: wasTight } = this;
    this.#missingBytes = Math.max(0, this.#wantedBytes - leftBytes);
    if (this.isTight && !wasTight) this.#onTight(leftBytes);
  }

  /** Frees first a step, then a whole piece and its inode. `keep` pieces stay. */
  #give(attempt: number, keep: number): boolean {
    try {
      for (const path of this.paths.slice(keep).reverse()) {
        const size = sizeOf(path);
        if (size === undefined) continue;
        const rest = size - stepOf(size);
        if (attempt > 1 || rest <= 0 || !hasInodes(path)) rmSync(path);
        else truncateSync(path, rest);
        this.#look();
        return true;
      }
    } catch {
      // A disk that refuses even this is broken, not only full.
    }
    return false;
  }
}

function stepOf(pieceBytes: number): number {
  return Math.max(BLOCK_BYTES, blocksOf(Math.min(STEP_BYTES, pieceBytes / 4)));
}

function blocksOf(bytes: number): number {
  return Math.floor(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch {
    return undefined;
  }
}

function hasInodes(path: string): boolean {
  const { files, ffree } = statfsSync(dirname(path));
  return files === 0 || ffree > 0;
}

function isSameDisk(one: string, other: string): boolean {
  try {
    return statSync(dirname(one)).dev === statSync(dirname(other)).dev;
  } catch {
    return false;
  }
}

/** Random bytes: no file system can store them as holes or compress them. */
async function extend(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'a');
  try {
    const chunk = randomFillSync(Buffer.allocUnsafe(Math.min(bytes, CHUNK_BYTES)));
    for (let left = bytes; left > 0; left -= chunk.length) await file.appendFile(chunk.subarray(0, left));
  } finally {
    await file.close();
  }
}
