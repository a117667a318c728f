/** How long to gather work before the next flush of a disk. */

/** The pause is this many times as long as the last flush took: a slow disk is flushed less often … */
const PAUSE_FACTOR = 3;
/** … but within these limits: no flush is more than five seconds behind unless the flush itself takes longer. */
const SHORTEST_PAUSE_MS = 250;
export const LONGEST_PAUSE_MS = 2_000;

/** Milliseconds to wait after a flush that took `tookMs`. */
export function pauseAfter(tookMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, PAUSE_FACTOR * tookMs));
}
