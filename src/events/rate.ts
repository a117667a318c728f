/** Speed over the last seconds, and the share and time left that follow from it. */
import type { Stats } from './stats.js';

/** The speed shown is that of about the last ten seconds: steady enough to read, quick enough to see a change. */
const WINDOW_MS = 10_000;

interface Sample {
  atMs: number;
  found: number;
  objects: number;
  bytes: number;
}

export interface Progress {
  found: number;
  foundPerSecond: number;
  listed: number;
  done: number;
  failed: number;
  bytes: number;
  objectsPerSecond: number;
  bytesPerSecond: number;
  /** 0 to 1, once a total is known. */
  share: number | undefined;
  secondsLeft: number | undefined;
  /** Until no disk has room any more, where that comes before the end. */
  secondsUntilFull: number | undefined;
  /** By the clock; undefined while the origin answers. */
  unreachableSinceMs: number | undefined;
}

/** Keeps at most one sample a call within the window; call it at the pace of the display. */
export function createMeter(stats: Stats, nowMs: () => number = () => performance.now()): () => Progress {
  // What earlier runs have done is no speed of this one.
  const samples: Sample[] = [{ atMs: nowMs(), found: stats.found, objects: stats.settled, bytes: stats.bytes }];
  return () => {
    const bytes = stats.bytes + stats.arrivingBytes;
    const now = { atMs: nowMs(), found: stats.found, objects: stats.settled, bytes };
    samples.push(now);
    while (samples.length > 2 && now.atMs - samples[1]!.atMs >= WINDOW_MS) samples.shift();
    const first = samples[0]!;
    const seconds = Math.max(0.001, (now.atMs - first.atMs) / 1000);
    const objectsPerSecond = (now.objects - first.objects) / seconds;
    const bytesPerSecond = (now.bytes - first.bytes) / seconds;
    const share = shareOf(stats);
    return {
      found: stats.found,
      foundPerSecond: round((now.found - first.found) / seconds),
      listed: stats.listed,
      done: stats.settled,
      failed: stats.failed,
      bytes,
      objectsPerSecond: round(objectsPerSecond),
      bytesPerSecond: Math.round(bytesPerSecond),
      share,
      secondsLeft: secondsLeft(stats, share),
      secondsUntilFull: stats.forecast?.secondsUntilFull(bytesPerSecond),
      unreachableSinceMs: stats.outages.size > 0 ? Math.min(...stats.outages.values()) : undefined,
    };
  };
}

/** One decimal is all that a rate is good for. */
function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}

/** By listed bytes, of those found once the listing is complete, before that of those that the bucket says it holds. */
function shareOf(stats: Stats): number | undefined {
  const total = stats.isListingDone ? stats.foundBytes : stats.usageBytes;
  if (stats.isListingDone && (!total || stats.settled === stats.found)) {
    // Bare keys have no sizes; and a finished run is finished, whatever the sizes said.
    return stats.found === 0 ? 1 : Math.min(1, stats.settled / stats.found);
  }
  if (!total) return undefined;
  return Math.min(1, (stats.settledBytes + stats.arrivingBytes) / total);
}

/** From the whole run's pace: over days it is a better guess than the last seconds'. */
function secondsLeft(stats: Stats, share: number | undefined): number | undefined {
  return share === undefined || share === 0 ? undefined : (stats.seconds * (1 - share)) / share;
}
