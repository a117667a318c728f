/** The rate of a job over time: from the history that runs keep, else the average of each run. */
import { join } from 'node:path';
import { isCount, isMoment, type LoggedRun } from '../../journal/runs/logged-run.js';
import { readTail } from '../../journal/runs/run-log.js';
import { STATE_FOLDER } from '../../model/key.js';
import { hasNoted } from './known-runs.js';
import type { Rate, RatePoint } from './report.js';

/** More than a day has, with many codes in each minute. */
const READ_BYTES = 2 * 1024 * 1024;
/** A chart cannot show more. */
const SHOWN_POINTS = 480;
/** The history has a point each minute. A longer pause is one between runs. */
const GAP_MS = 150_000;
/** Clocks of machines differ. A point of the far future would leave no room for the others. */
const CLOCK_MS = 60_000;

/** `root`: the folder that keeps the job. Points before `sinceMs` are of an earlier job. */
export function rateOf(root: string, runs: readonly LoggedRun[], sinceMs: number): Rate {
  const history = readHistory(root).filter(({ atMs }) => atMs >= sinceMs);
  if (history.length > 1) {
    const thinned = thin(history);
    return { from: 'history', points: thinned, gapMs: GAP_MS * Math.ceil(history.length / thinned.length) };
  }
  const points = runs
    .filter(hasNoted)
    .slice(-SHOWN_POINTS / 2)
    .flatMap(pointsOfRun);
  return { from: points.length > 0 ? 'runs' : 'unknown', points, gapMs: 0 };
}

function readHistory(root: string): RatePoint[] {
  const points: RatePoint[] = [];
  for (const line of readTail(join(root, STATE_FOLDER, 'history.ndjson'), READ_BYTES).split('\n')) {
    try {
      const { atMs, objectsPerSecond, bytesPerSecond } = JSON.parse(line);
      const isKnown = isMoment(atMs) && atMs <= Date.now() + CLOCK_MS;
      if (isKnown && isCount(objectsPerSecond) && isCount(bytesPerSecond))
        points.push({ atMs, objectsPerSecond, bytesPerSecond });
    } catch {
      // A kill cut the line off.
    }
  }
  return points.sort((one, other) => one.atMs - other.atMs);
}

/** Averages of neighbours, so that no peak is moved and the sum stays. */
function thin(points: readonly RatePoint[]): RatePoint[] {
  const each = Math.ceil(points.length / SHOWN_POINTS);
  if (each === 1) return [...points];
  const thinned: RatePoint[] = [];
  for (let at = 0; at < points.length; at += each) {
    const some = points.slice(at, at + each);
    const average = (of: (point: RatePoint) => number) => some.reduce((sum, one) => sum + of(one), 0) / some.length;
    thinned.push({
      atMs: some.at(-1)!.atMs,
      objectsPerSecond: average(({ objectsPerSecond }) => objectsPerSecond),
      bytesPerSecond: average(({ bytesPerSecond }) => bytesPerSecond),
    });
  }
  return thinned;
}

/** A level line: its beginning and its end. */
function pointsOfRun({ startedAt, endedAt, seenAt, figures }: LoggedRun): RatePoint[] {
  const [from, to] = [Date.parse(startedAt), Date.parse(endedAt ?? seenAt)];
  const seconds = (to - from) / 1000;
  if (seconds <= 0) return [];
  const { stored, skipped, gone, failed, bytes } = figures;
  const rate = { objectsPerSecond: (stored + skipped + gone + failed) / seconds, bytesPerSecond: bytes / seconds };
  return [from, to].map((atMs) => ({ atMs, ...rate }));
}
