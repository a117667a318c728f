/**
 * Room on the disk that keeps the state of a job, set aside in files of its own, so that the state can still be written when
 * that disk is full and others are not. It is given up step by step and set aside again when there is room. Every thread of
 * the process may give it up: what is left of it is what the files say.
 */
import { randomFillSync } from 'node:crypto';
import { rmSync, statfsSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GiveWay } from '../../lib/files/with-room.js';
import { STATE_FOLDER } from '../../model/key.js';

/** Each is an inode, too, that a new file can have. */
const PIECES = 4;
const BLOCK_BYTES = 4096;
/** What the journal gathers until it is compacted, and what failures and names are written meanwhile. */
const BASE_BYTES = 4 * 1024 * 1024;
/** A compaction writes one beside the old one, and the next one may be larger. */
const SNAPSHOTS = 2;
/** A small disk is there for the files. */
const SHARE = 1 / 16;
/** Given up at once: some seconds of a job, and too little to make a full disk look as if it had room. */
const STEP_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;

export class ReservedRoom {
  readonly #prefix: string;
  readonly #onTight: (leftBytes: number) => void;
  #wantedBytes = 0;
  #missingBytes = 0;

  /** The files are called `<prefix>.0` and so on. `onTight` is told when some of it is needed, with what is left. */
  constructor(prefix: string, onTight: (leftBytes: number) => void = () => {}) {
    this.#prefix = prefix;
    this.#onTight = onTight;
  }

  /** That of the folder which keeps the state. */
  static of(root: string, onTight?: (leftBytes: number) => void): ReservedRoom {
    return new ReservedRoom(join(root, STATE_FOLDER, 'reserve'), onTight);
  }

  get paths(): string[] {
    return Array.from({ length: PIECES }, (_, piece) => `${this.#prefix}.${piece}`);
  }

  /** What was wanted at the last refill. */
  get wantedBytes(): number {
    return this.#wantedBytes;
  }

  /** Some of it was given up since the last refill, or could not be set aside by that. */
  get isTight(): boolean {
    return this.#missingBytes > 0;
  }

  /** How much of it that is: what becomes free is for this before it is for files. */
  get missingBytes(): number {
    return this.#missingBytes;
  }

  get leftBytes(): number {
    return this.paths.reduce((sum, path) => sum + (sizeOf(path) ?? 0), 0);
  }

  readonly giveWay: GiveWay = (attempt) => this.#give(attempt, 0);

  /** For what another user may need less: some of it stays. Nothing is given for a file on another disk. */
  giveWayFor(path: string): GiveWay {
    return (attempt) => isSameDisk(path, this.#prefix) && this.#give(attempt, 1);
  }

  /** Sets aside what a journal with such a snapshot may need, as far as there is room. Never rejects: it is an offer. */
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
      // The disk may have become full, or worse: what is to be written says so.
    }
    this.#look();
  }

  /** Nobody needs it any more. */
  remove(): void {
    for (const path of this.paths) rmSync(path, { force: true });
  }

  #look(): void {
    const { leftBytes, isTight: wasTight } = this;
    this.#missingBytes = Math.max(0, this.#wantedBytes - leftBytes);
    if (this.isTight && !wasTight) this.#onTight(leftBytes);
  }

  /** First a step, then all of a piece, and its inode. `keep` pieces stay. */
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
      // A disk that does not even do that is worse than full.
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

/** Real bytes, which no file system makes smaller: neither holes nor anything that could be compressed. */
async function extend(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'a');
  try {
    const chunk = randomFillSync(Buffer.allocUnsafe(Math.min(bytes, CHUNK_BYTES)));
    for (let left = bytes; left > 0; left -= chunk.length) await file.appendFile(chunk.subarray(0, left));
  } finally {
    await file.close();
  }
}
