/** How fast each volume fills up: bytes stored on it in the last minutes. */
import type { VolumePicture } from '../../../events/picture/picture.js';
import type { Volumes } from '../../../sinks/disks/volumes.js';

/** Slots of ten seconds: five minutes. */
const SLOTS = 30;
/** A rate needs at least so much time. */
const LEAST_MS = 10_000;

type Opened = Pick<Volumes, 'roots' | 'states' | 'knownSpace' | 'rooms'>;

export class VolumeRates {
  readonly #stored: number[] = [];
  /** What was stored on each at the end of each slot, the oldest first. */
  readonly #slots: { atMs: number; stored: number[] }[];

  constructor(nowMs: number) {
    this.#slots = [{ atMs: nowMs, stored: [] }];
  }

  stored(volume: number, bytes: number): void {
    this.#stored[volume] = (this.#stored[volume] ?? 0) + bytes;
  }

  /** Ten seconds are over. */
  endSlot(nowMs: number): void {
    this.#slots.push({ atMs: nowMs, stored: [...this.#stored] });
    if (this.#slots.length > SLOTS) this.#slots.shift();
  }

  /** `leftBytes`: what is still to be stored on all of them, if that is known. */
  picture({ roots, states, knownSpace, rooms }: Opened, nowMs: number, leftBytes: number | undefined): VolumePicture[] {
    const conditions = states();
    const room = rooms.reduce<number>((sum, bytes) => sum + Math.max(0, bytes ?? Number.POSITIVE_INFINITY), 0);
    const isEnough = leftBytes !== undefined && leftBytes <= room;
    const { atMs, stored } = this.#slots[0]!;
    return roots.map((root, volume) => {
      const space = knownSpace[volume];
      const { state } = conditions[volume]!;
      const bytes = (this.#stored[volume] ?? 0) - (stored[volume] ?? 0);
      const roomBytes = rooms[volume];
      const isFilling = !isEnough && state === 'in' && nowMs - atMs >= LEAST_MS && bytes > 0 && roomBytes !== undefined;
      return {
        ...{ root, state },
        ...(space && { freeBytes: space.bytesFree, totalBytes: space.bytesTotal }),
        ...(isFilling && { secondsUntilFull: Math.round((Math.max(0, roomBytes) * (nowMs - atMs)) / bytes / 1000) }),
      };
    });
  }
}
