/** Chooses the disk for a file, and takes a disk out that refuses one. */
import { TransferError } from '../../errors.js';
import { say } from '../../texts/say.js';
import { refusalOf } from '../thread/errors.js';
import type { VolumeFault } from '../thread/messages.js';
import type { Health } from './health.js';
import { directoryOf, place } from './placement.js';
import type { Volume } from './volume.js';

export interface PlacingOptions {
  health: Health;
  /** The ids of the volumes' markers. */
  ids: readonly string[];
  /** From an earlier run of the same job. Without it: what is free now. */
  weights: readonly number[] | undefined;
}

/** A disk that refuses a file although this much more is free has run out of something else. */
const PLENTY_BYTES = 4 * 1024 * 1024;

/** A disk with room for this much is not full, even when one huge object does not fit. */
const LARGE_BYTES = 64 * 1024 * 1024;

export class Placing {
  /** Bytes that each disk could take when the job began. */
  readonly weights: readonly number[];
  readonly #volumes: readonly Volume[];
  readonly #ids: readonly string[];
  readonly #health: Health;

  constructor(volumes: readonly Volume[], { health, ids, weights }: PlacingOptions) {
    this.#volumes = volumes;
    this.#ids = ids;
    this.#health = health;
    this.weights = volumes.map(
      ({ freeSpace }, index) => weights?.[index] ?? Math.max(0, Math.round(freeSpace.bytesBeyondReserve)),
    );
  }

  /**
   * The volume for a file of that size: its home if it has room there. Throws ERR_NO_SPACE when no disk has room, or
   * ERR_TOO_LARGE when only this object is too large.
   */
  choose(key: string, bytes: number, home: number): number {
    if (home >= 0 && this.#takes(home, bytes)) return home;
    const able: number[] = [];
    for (let volume = 0; volume < this.#volumes.length; volume++) if (this.#takes(volume, bytes)) able.push(volume);
    if (able.length === 0) throw this.#isLargeOnly(bytes) ? this.#tooLarge(bytes) : this.#noSpace(bytes);
    if (able.length === 1) return able[0]!;
    const candidates = able.map((volume) => ({ id: this.#ids[volume]!, weight: this.weights[volume]! }));
    return able[place(directoryOf(key), candidates)]!;
  }

  /** Translates a failure to store. Takes out a disk that refused; the object needs another one, if there is one. */
  refused(volume: number, error: unknown, bytes: number): unknown {
    const refusal = refusalOf(error);
    if (refusal === undefined) return error;
    this.#health.exclude(volume, refusal.state, this.#reasonOf(volume, refusal.fault, bytes));
    return this.#health.isAnyIn ? error : this.#noSpace(bytes, error);
  }

  /** Takes a disk out when it has only its reserve left. */
  #takes(volume: number, bytes: number): boolean {
    if (!this.#health.isIn(volume)) return false;
    const { freeSpace } = this.#volumes[volume]!;
    if (freeSpace.fits(bytes)) return true;
    if (!freeSpace.fits(0)) this.#health.exclude(volume, 'full', freeSpace.describe());
    return false;
  }

  /** Whether a disk still takes files, but not one of that size. */
  #isLargeOnly(bytes: number): boolean {
    if (bytes < LARGE_BYTES) return false;
    return this.#volumes.some(({ freeSpace }, volume) => this.#health.isIn(volume) && freeSpace.fits(LARGE_BYTES));
  }

  #tooLarge(bytes: number): TransferError {
    const spaces = this.#volumes.map(({ root, freeSpace }) => `${root}: ${freeSpace.describe()}`);
    return new TransferError('ERR_TOO_LARGE', say.disks.space.tooLarge(bytes, spaces));
  }

  #reasonOf(volume: number, { code, message }: VolumeFault, bytes: number): string {
    const { space } = this.#volumes[volume]!.freeSpace;
    if (code !== 'ENOSPC' || space === undefined) return message;
    const hasInodes = space.filesTotal === 0 || space.filesFree > 0;
    return hasInodes && space.bytesFree >= bytes + PLENTY_BYTES ? `${message}, ${say.disks.space.folderFull}` : message;
  }

  #noSpace(bytes: number, cause?: unknown): TransferError {
    const why = this.#health.all.map(({ state, reason }, volume) => {
      const { root, freeSpace } = this.#volumes[volume]!;
      return `${root}: ${state === 'in' ? say.disks.space.tooLittle(bytes, freeSpace.describe()) : reason}`;
    });
    return new TransferError('ERR_NO_SPACE', say.disks.space.none(why), { cause });
  }
}
