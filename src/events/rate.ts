/** The speed over the last seconds, and the share and remaining time that follow from it. */
import type { Stats } from './stats.js';

/** The speed covers about the last ten seconds: steady enough to read, quick enough to show a change. */
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
  /** 0 to 1. Undefined until a total is known. */
  share: number | undefined;
  secondsLeft: number | undefined;
  /** Seconds until every disk is full, if that comes before the end. */
  secondsUntilFull: number | undefined;
  /** Wall-clock time. Undefined while the origin answers. */
  unreachableSinceMs: number | undefined;
}

/** Keeps at most one sample per call within the window. Call it as often as the display changes. */
export function createMeter(stats: Stats, nowMs: () => number = () => performance.now()): () => Progress {
  // The first sample leaves out the work of earlier runs.
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

/** A rate is only precise to one decimal. */
function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}

/** The finished share of the bytes: of the found bytes once the listing is complete, of the bucket's usage before. */
function shareOf(stats: Stats): number | undefined {
  const total = stats.isListingDone ? stats.foundBytes : stats.usageBytes;
  if (stats.isListingDone && (!total || stats.settled === stats.found)) {
    // Bare keys have no sizes. And a finished run has the share 1, even when sizes differ.
    return stats.found === 0 ? 1 : Math.min(1, stats.settled / stats.found);
  }
  if (!total) return undefined;
  return Math.min(1, (stats.settledBytes + stats.arrivingBytes) / total);
}

/** From the average speed of the whole run: over days it predicts better than the last seconds. */
function secondsLeft(stats: Stats, share: number | undefined): number | undefined {
  return share === undefined || share === 0 ? undefined : (stats.seconds * (1 - share)) / share;
}
