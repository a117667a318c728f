/** Tracks the space of a disk between two reports: what is free, what is being written, and what is reserved. */

import { say } from '../../texts/say.js';
import type { Space } from './space.js';

/** The space to keep free on each disk. */
export type Reserve = { readonly bytes: number } | { readonly share: number };

/** Without `--reserve`: the smaller of the two. */
const DEFAULT_RESERVE = { bytes: 1024 ** 3, share: 0.01 };
/** Share of the inodes, always reserved: without inodes a disk is as full as without bytes. */
const FILES_SHARE = 0.01;

/** The size of a file on the disk is a multiple of this. */
const BLOCK_BYTES = 4096;

/** A full disk takes files again only when it has this much more than it needs. Otherwise it is full again at once. */
const RETURN_BYTES = 64 * 1024 * 1024;
const RETURN_SHARE = 0.01;

/** Without any report every file fits: then a write fails when the disk is full. */
export class FreeSpace {
  readonly #reserve: Reserve | undefined;
  readonly #owedBytes: () => number;
  #space: Space | undefined;
  #bytesUnderway = 0;
  #filesUnderway = 0;

  /** `owedBytes`: free bytes that files must not use, besides the reserve. */
  constructor(reserve: Reserve | undefined, owedBytes: () => number = () => 0) {
    this.#reserve = reserve;
    this.#owedBytes = owedBytes;
  }

  get space(): Space | undefined {
    return this.#space;
  }

  /** Takes the kernel's numbers of now. */
  report(space: Space): void {
    this.#space = { ...space };
  }

  /** A write of a file of about that size begins. */
  begin(bytes: number): void {
    this.#bytesUnderway += rounded(bytes);
    this.#filesUnderway++;
  }

  /** A file of unknown size grows. Returns false when the growth uses the reserve. */
  grow(bytes: number): boolean {
    this.#bytesUnderway += bytes;
    return this.bytesBeyondReserve >= 0 || this.#space === undefined;
  }

  /** Takes back what `grow` added: the file is finished or discarded. */
  shrink(bytes: number): void {
    this.#bytesUnderway -= bytes;
  }

  /** The write has ended. `isCounted`: a later report already counts the file. */
  end(bytes: number, { isStored, isCounted }: { isStored: boolean; isCounted: boolean }): void {
    this.#bytesUnderway -= rounded(bytes);
    this.#filesUnderway--;
    if (!isStored || isCounted || this.#space === undefined) return;
    const { bytesFree, filesFree } = this.#space;
    this.#space = { ...this.#space, bytesFree: bytesFree - rounded(bytes), filesFree: filesFree - 1 };
  }

  /** Bytes that files may still use. At the start of a job this is the weight of the disk. */
  get bytesBeyondReserve(): number {
    return this.#space === undefined
      ? 0
      : this.#space.bytesFree - this.#bytesUnderway - this.#reserveBytes(this.#space) - this.#owedBytes();
  }

  /** Whether one more file of that size leaves the reserve intact. */
  fits(bytes: number): boolean {
    if (this.#space === undefined) return true;
    return this.bytesBeyondReserve >= bytes && this.#filesBeyondReserve(this.#space) >= 0;
  }

  /** Whether a full disk has enough room again to continue with it. */
  hasRecovered(): boolean {
    if (this.#space === undefined) return true;
    const { bytesTotal, filesTotal } = this.#space;
    const hasBytes = this.bytesBeyondReserve >= Math.min(RETURN_BYTES, bytesTotal * RETURN_SHARE);
    return hasBytes && this.#filesBeyondReserve(this.#space) >= filesTotal * FILES_SHARE * RETURN_SHARE;
  }

  /** For messages: the free and the reserved space. */
  describe(): string {
    if (this.#space === undefined) return say.disks.space.unknown;
    const { bytesFree, filesFree } = this.#space;
    if (this.#filesBeyondReserve(this.#space) < 0) return say.disks.space.inodes(Math.max(filesFree, 0));
    return say.disks.space.free({
      freeBytes: Math.max(bytesFree, 0),
      promisedBytes: this.#bytesUnderway + this.#owedBytes(),
      reserveBytes: this.#reserveBytes(this.#space),
    });
  }

  #reserveBytes({ bytesTotal }: Space): number {
    if (this.#reserve === undefined) return Math.min(DEFAULT_RESERVE.bytes, bytesTotal * DEFAULT_RESERVE.share);
    return 'bytes' in this.#reserve ? this.#reserve.bytes : bytesTotal * this.#reserve.share;
  }

  #filesBeyondReserve({ filesFree, filesTotal }: Space): number {
    return filesTotal === 0 ? 0 : filesFree - this.#filesUnderway - Math.ceil(filesTotal * FILES_SHARE);
  }
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
