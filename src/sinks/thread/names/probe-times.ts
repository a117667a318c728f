/** Tests what a disk keeps of a time, with one file. Synchronous: for the volume's thread. */
import { closeSync, fstatSync, futimesSync, openSync } from 'node:fs';
import { MAX_DATE_MS } from '../../../model/time.js';
import type { TimeTraits } from '../../state/kept-times.js';

/** Not a multiple of any step that a disk may have. */
const ODD_MS = Date.UTC(2017, 8, 3, 12, 50, 7, 999);
/** From the finest that matters, over NFS and ext3, to FAT. */
const STEPS_MS = [1, 10, 100, 1_000, 2_000];

/** Known upper limits, the latest first: NTFS, four digits, ext4, FAT, 32 bits without and with a sign. */
const LATEST_MS = [
  9e14, 253_402_300_799_000, 15_032_385_535_000, 4_354_646_400_000, 4_294_967_295_000, 2_147_483_647_000,
];
/** Known lower limits, the earliest first: four digits, NTFS, 32 bits with a sign, 1970, FAT. */
const EARLIEST_MS = [-62_135_596_800_000, -11_644_473_600_000, -2_147_483_648_000, 0, 315_619_200_000];

const DAY_MS = 86_400_000;

/** Throws system errors when no file can be created. */
export function probeTimes(path: string): TimeTraits {
  const fd = openSync(path, 'wx');
  try {
    const kept = (ms: number) => keptBy(fd, ms);
    const found = kept(ODD_MS);
    const stepMs = STEPS_MS.find((step) => isSame(found, Math.floor(ODD_MS / step) * step)) ?? 1;
    const isKept = (ms: number) => isSame(kept(ms), Math.floor(ms / stepMs) * stepMs);
    const minMs = limit({ kept, isKept }, -MAX_DATE_MS, -DAY_MS, EARLIEST_MS);
    const maxMs = limit({ kept, isKept }, MAX_DATE_MS, DAY_MS, LATEST_MS);
    return {
      ...(stepMs > 1 && { stepMs }),
      ...(minMs !== undefined && { minMs }),
      ...(maxMs !== undefined && { maxMs }),
    };
  } finally {
    closeSync(fd);
  }
}

/** The time that a disk returns for a time that it was given; NaN when it refuses it. */
function keptBy(fd: number, ms: number): number {
  try {
    futimesSync(fd, new Date(ms), new Date(ms));
    return fstatSync(fd).mtimeMs;
  } catch {
    return Number.NaN;
  }
}

/** The limit of times in one direction; undefined = none. `day` is one day further in that direction. */
function limit(
  { kept, isKept }: { kept(ms: number): number; isKept(ms: number): boolean },
  farthestMs: number,
  day: number,
  known: readonly number[],
): number | undefined {
  const found = kept(farthestMs);
  if (isSame(found, farthestMs)) return undefined;
  // A disk that takes the nearest possible time shows its limit. A disk that drops bits returns any time.
  const isNearest = Math.abs(found) <= MAX_DATE_MS && isSame(kept(found), found) && isSame(kept(found + day), found);
  return isNearest ? found : known.find(isKept);
}

function isSame(foundMs: number, ms: number): boolean {
  return Math.abs(foundMs - ms) < 1.5;
}
