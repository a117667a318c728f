/** The account of a disk's space between two reports: what is free, what is on its way, and what is kept free. */
import type { Space } from './space.js';

/** What is kept free on each disk. */
export type Reserve = { readonly bytes: number } | { readonly share: number };

/** Without `--reserve`: the smaller of the two. */
const DEFAULT_RESERVE = { bytes: 1024 ** 3, share: 0.01 };
/** Of the inodes, always: a disk without any is as full as one without bytes. */
const FILES_SHARE = 0.01;

/** What a file really takes is rounded up to this. */
const BLOCK_BYTES = 4096;

/** A full disk is taken up again only when it has this much more than it needs, or it would be full again at once. */
const RETURN_BYTES = 64 * 1024 * 1024;
const RETURN_SHARE = 0.01;

/** Without any report everything fits: then the disk itself says when it is full. */
export class FreeSpace {
  readonly #reserve: Reserve | undefined;
  readonly #owedBytes: () => number;
  #space: Space | undefined;
  #bytesUnderway = 0;
  #filesUnderway = 0;

  /** `owedBytes`: of what is free, not for files, besides the reserve. */
  constructor(reserve: Reserve | undefined, owedBytes: () => number = () => 0) {
    this.#reserve = reserve;
    this.#owedBytes = owedBytes;
  }

  get space(): Space | undefined {
    return this.#space;
  }

  /** What the kernel says now. */
  report(space: Space): void {
    this.#space = { ...space };
  }

  /** A file of about that size is on its way. */
  begin(bytes: number): void {
    this.#bytesUnderway += rounded(bytes);
    this.#filesUnderway++;
  }

  /** More of a file of unknown size is on its way; false when that comes at the cost of the reserve. */
  grow(bytes: number): boolean {
    this.#bytesUnderway += bytes;
    return this.bytesBeyondReserve >= 0 || this.#space === undefined;
  }

  /** What `grow` was told is on its way no longer, or is the kernel's to tell from now on. */
  shrink(bytes: number): void {
    this.#bytesUnderway -= bytes;
  }

  /** It has arrived, or has been given up. `isCounted`: a report made since has it already. */
  end(bytes: number, { isStored, isCounted }: { isStored: boolean; isCounted: boolean }): void {
    this.#bytesUnderway -= rounded(bytes);
    this.#filesUnderway--;
    if (!isStored || isCounted || this.#space === undefined) return;
    const { bytesFree, filesFree } = this.#space;
    this.#space = { ...this.#space, bytesFree: bytesFree - rounded(bytes), filesFree: filesFree - 1 };
  }

  /** Bytes that may still be filled; the weight of a disk at the beginning of a job. */
  get bytesBeyondReserve(): number {
    return this.#space === undefined
      ? 0
      : this.#space.bytesFree - this.#bytesUnderway - this.#reserveBytes(this.#space) - this.#owedBytes();
  }

  /** Whether one more file of that size leaves the reserve as it is. */
  fits(bytes: number): boolean {
    if (this.#space === undefined) return true;
    return this.bytesBeyondReserve >= bytes && this.#filesBeyondReserve(this.#space) >= 0;
  }

  /** Whether a full disk has so much room again that it is worth to go on with it. */
  hasRecovered(): boolean {
    if (this.#space === undefined) return true;
    const { bytesTotal, filesTotal } = this.#space;
    const hasBytes = this.bytesBeyondReserve >= Math.min(RETURN_BYTES, bytesTotal * RETURN_SHARE);
    return hasBytes && this.#filesBeyondReserve(this.#space) >= filesTotal * FILES_SHARE * RETURN_SHARE;
  }

  /** For messages: what there is and what is kept. */
  describe(): string {
    if (this.#space === undefined) return 'its space is unknown';
    const { bytesFree, filesFree } = this.#space;
    if (this.#filesBeyondReserve(this.#space) < 0) return `only ${Math.max(filesFree, 0)} inodes are free`;
    const promised = this.#bytesUnderway + this.#owedBytes();
    const promise = promised > 0 ? ` (${megabytes(promised)} of them promised to what is on its way)` : '';
    return `${megabytes(bytesFree)} are free${promise}, ${megabytes(this.#reserveBytes(this.#space))} are kept free`;
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

export function megabytes(bytes: number): string {
  const some = Math.max(bytes, 0);
  return some > 0 && some < 1024 ** 2 ? `${Math.ceil(some / 1024)} KiB` : `${(some / 1024 ** 2).toFixed(1)} MiB`;
}
