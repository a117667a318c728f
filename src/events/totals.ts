/** How much there is to do in all, as far as that is known. */
import type { RunView } from './run-view.js';
import type { Stats } from './stats.js';

/** What the counts do not say. */
export type Extent = Pick<RunView, 'isFiltered' | 'limit' | 'isShared'>;

export const WHOLE: Extent = { isFiltered: false, limit: undefined, isShared: false };

export interface Totals {
  /** Undefined = unknown. Never less than what is done. */
  readonly objects: number | undefined;
  readonly bytes: number | undefined;
  /** The totals are estimates. */
  readonly isEstimate: boolean;
  /** Nothing is left. */
  readonly isComplete: boolean;
  /** Done bytes, in the unit of the total: the listed sizes. */
  readonly doneBytes: number;
}

export function totalsOf(stats: Stats, { isFiltered, limit, isShared }: Extent): Totals {
  const { settled, excluded, found, isListingDone } = stats;
  const doneBytes = (stats.foundBytes > 0 ? stats.settledBytes : stats.bytes) + stats.arrivingBytes;
  // What this machine lists and what it stores are different objects.
  if (isShared) return { objects: undefined, bytes: undefined, isEstimate: false, isComplete: false, doneBytes };
  const isLimitReached = limit !== undefined && settled >= limit;
  const isComplete = isLimitReached || (isListingDone && settled + excluded >= found);
  if (isComplete) return { objects: settled, bytes: doneBytes, isEstimate: false, isComplete, doneBytes };
  const objects = objectsOf(stats, isFiltered, limit);
  const isExact = isListingDone && (!isFiltered || passed(stats) >= found) && limit === undefined;
  const bytes = bytesOf(stats, { objects, isWhole: !isFiltered && limit === undefined });
  return {
    objects: objects && Math.max(objects, settled),
    bytes: bytes && Math.max(bytes, doneBytes),
    isEstimate: !isExact,
    isComplete,
    doneBytes,
  };
}

/** Entries that the filters have seen. */
function passed({ listed, excluded }: Stats): number {
  return listed + excluded;
}

function objectsOf(stats: Stats, isFiltered: boolean, limit = Number.POSITIVE_INFINITY): number | undefined {
  const named = namedInAll(stats);
  if (named === undefined) return limit === Number.POSITIVE_INFINITY ? undefined : limit;
  if (!isFiltered) return Math.min(limit, named);
  const seen = passed(stats);
  if (seen === 0) return undefined;
  // The rest is taken to be like what was listed so far.
  return Math.min(limit, Math.round((named * stats.listed) / seen));
}

/** Entries that the listing names in all: known at its end, and before from the bytes that the bucket reports. */
function namedInAll({ isListingDone, found, foundBytes, bucketBytes }: Stats): number | undefined {
  if (isListingDone) return found;
  if (!bucketBytes || foundBytes === 0) return undefined;
  return Math.max(found, Math.round((found * bucketBytes) / foundBytes));
}

function bytesOf(
  { foundBytes, isListingDone, bucketBytes, settled, settledBytes }: Stats,
  { objects, isWhole }: { objects: number | undefined; isWhole: boolean },
): number | undefined {
  if (isWhole) return (isListingDone ? foundBytes : bucketBytes) || undefined;
  return objects === undefined || settledBytes === 0 ? undefined : (objects * settledBytes) / settled;
}
