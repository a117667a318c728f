/** The speed over the last seconds, and the share and remaining time that follow from it. */
import type { HealthState } from './health/health.js';
import { Pace } from './pace.js';
import type { RunView } from './run-view.js';
import type { Stats } from './stats.js';
import { type Extent, type Totals, totalsOf, WHOLE } from './totals.js';

/** The speed covers about the last ten seconds: steady enough to read, quick enough to show a change. */
const WINDOW_MS = 10_000;
/** While something is left, no more than this is done. */
const ALMOST = 0.999;

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
  gone: number;
  retries: number;
  bytes: number;
  objectsPerSecond: number;
  bytesPerSecond: number;
  /** Objects that are to be settled in all. Undefined while unknown. */
  total: number | undefined;
  /** Bytes that are to be settled in all, and that are, by their listed sizes. */
  totalBytes: number | undefined;
  doneBytes: number;
  /** The totals and the share are estimates. */
  isEstimate: boolean;
  /** 0 to 1; less than 1 while something is left. Undefined until a total is known. */
  share: number | undefined;
  /** At the speed of this run's last minutes. Undefined while nothing moves, or nothing is known. */
  secondsLeft: number | undefined;
  /** Seconds until every disk is full, if that comes before the end. */
  secondsUntilFull: number | undefined;
  /** Wall-clock time. Undefined while the origin answers. */
  unreachableSinceMs: number | undefined;
}

export interface MeterOptions extends Partial<Extent> {
  /** Nothing can move now, for a reason that only the run knows. @default an outage */
  isHalted?: () => boolean;
  /** Monotonic clock. */
  nowMs?: () => number;
}

/** In these states nothing moves, for a reason that is known: nothing can be said of the time left. */
const HALTED: ReadonlySet<HealthState> = new Set([
  'starting',
  'banned',
  'unreachable',
  'stalled',
  'paused',
  'interrupted',
]);

/** The meter of a screen. */
export function createRunMeter(stats: Stats, view: RunView): () => Progress {
  const { isFiltered, limit, isShared } = view;
  const isHalted = () => HALTED.has(view.health().state);
  return createMeter(stats, { isFiltered, limit, isShared, isHalted });
}

/** Keeps at most one sample per call within the window. Call it as often as the display changes. */
export function createMeter(
  stats: Stats,
  { nowMs = () => performance.now(), isHalted = () => false, ...extent }: MeterOptions = {},
): () => Progress {
  const bytesNow = () => stats.bytes + stats.arrivingBytes;
  const doneNow = () => ({ objects: stats.settled, bytes: stats.settledBytes + bytesNow() - stats.bytes });
  // The first sample leaves out the work of earlier runs.
  const samples: Sample[] = [{ atMs: nowMs(), found: stats.found, objects: stats.settled, bytes: bytesNow() }];
  const pace = new Pace(doneNow(), nowMs());
  return () => {
    const bytes = bytesNow();
    const now = { atMs: nowMs(), found: stats.found, objects: stats.settled, bytes };
    samples.push(now);
    while (samples.length > 2 && now.atMs - samples[1]!.atMs >= WINDOW_MS) samples.shift();
    const first = samples[0]!;
    const seconds = Math.max(0.001, (now.atMs - first.atMs) / 1000);
    const objectsPerSecond = Math.max(0, now.objects - first.objects) / seconds;
    const bytesPerSecond = Math.max(0, now.bytes - first.bytes) / seconds;
    pace.add(doneNow(), now.atMs, stats.outages.size > 0 || isHalted());
    const totals = totalsOf(stats, { ...WHOLE, ...extent });
    return {
      found: stats.found,
      foundPerSecond: round((now.found - first.found) / seconds),
      listed: stats.listed,
      done: stats.settled,
      failed: stats.failed,
      gone: stats.gone,
      retries: stats.retries,
      bytes,
      objectsPerSecond: round(objectsPerSecond),
      bytesPerSecond: Math.round(bytesPerSecond),
      total: totals.objects,
      totalBytes: totals.bytes && Math.round(totals.bytes),
      doneBytes: totals.doneBytes,
      isEstimate: totals.isEstimate,
      share: shareOf(stats, totals),
      secondsLeft: secondsLeft(pace, stats, totals),
      secondsUntilFull: stats.forecast?.secondsUntilFull(bytesPerSecond),
      unreachableSinceMs: stats.outages.size > 0 ? Math.min(...stats.outages.values()) : undefined,
    };
  };
}

/** A rate is only precise to one decimal. */
function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}

/** The finished share of the bytes; of the objects where no sizes are known. */
function shareOf(stats: Stats, { isComplete, objects, bytes, doneBytes }: Totals): number | undefined {
  if (isComplete) return 1;
  if (bytes) return partOf(doneBytes, bytes);
  return objects ? partOf(stats.settled, objects) : undefined;
}

/** Less than 1: something is left. */
export function partOf(done: number, total: number): number {
  return Math.min(ALMOST, done / total);
}

function secondsLeft(pace: Pace, stats: Stats, { isComplete, objects, bytes, doneBytes }: Totals): number | undefined {
  if (isComplete) return 0;
  const left = { objects: objects && objects - stats.settled, bytes: bytes && bytes - doneBytes };
  const seconds = pace.secondsFor(left);
  return seconds === undefined ? undefined : Math.round(seconds * 10) / 10;
}
