/** Computes figures from the state of a job: what is left, the speed, and the remaining time. */
import type { JobState } from '../../journal/job-state.js';
import { Tally } from '../../model/tally.js';

/** The speed of a running job is the speed of the last minute. */
const WINDOW_MS = 60_000;

export interface Figures {
  /** Objects that are found and not settled. */
  readonly left: number;
  readonly leftBytes: number | undefined;
  readonly objectsPerSecond: number | undefined;
  readonly bytesPerSecond: number | undefined;
  /** At the average speed of the whole job, over all its runs. */
  readonly secondsLeft: number | undefined;
}

/**
 * `runningSinceMs` is undefined when no process works on the job. Then the speed is the average over its active time.
 */
export function figuresOf(state: JobState, runningSinceMs: number | undefined, nowMs: number): Figures {
  const work = workOf(state);
  const { share, left, leftBytes } = work;
  const isPaceKnown = share !== undefined && share > 0 && state.activeMs > 0;
  const pace = runningSinceMs === undefined ? overallPace(state) : recentPace(state, runningSinceMs, nowMs);
  return {
    left,
    leftBytes,
    objectsPerSecond: pace && Math.round(pace.objectsPerSecond * 10) / 10,
    bytesPerSecond: pace && Math.round(pace.bytesPerSecond),
    secondsLeft: state.isFinished
      ? 0
      : isPaceKnown
        ? Math.round((state.activeMs * Math.max((1 - share) / share, leftOfObjects(state, left))) / 1000)
        : undefined,
  };
}

/**
 * Objects that are left, in proportion to those that are done. Small objects are limited by their number, large ones by
 * their bytes: what takes longer counts.
 */
function leftOfObjects({ knownTotals: { settled, excluded } }: JobState, left: number): number {
  return settled + excluded > 0 ? left / (settled + excluded) : 0;
}

const NOTHING = new Tally();

interface Work {
  left: number;
  leftBytes: number | undefined;
  /** The finished share of all work, 0 to 1. Undefined while the amount of work is unknown. */
  share: number | undefined;
}

function workOf(state: JobState): Work {
  const { isFinished, isListed, uncommitted, settled, partly, found, foundBytes, usageBytes, identity } = state;
  if (isFinished) return { left: 0, leftBytes: 0, share: 1 };
  let left = 0;
  let openBytes = 0;
  for (const { n, k, b } of uncommitted.values()) {
    if (settled.has(n)) continue;
    const done = partly.get(n) ?? NOTHING;
    left += Math.max(0, k - done.settled - done.excluded);
    openBytes += Math.max(0, b - done.settledBytes);
  }
  const totals = state.knownTotals;
  const limit = Number(identity.filters.limit || Number.POSITIVE_INFINITY);
  const limitLeft = Math.max(0, limit - totals.settled);
  // The limit leaves out some open objects, so the size of the rest is unknown.
  if (limitLeft <= left) return { left: limitLeft, leftBytes: undefined, share: totals.settled / limit };
  if (isListed) {
    // The share comes from what is left, not from what is settled: excluded objects are in neither.
    const share = foundBytes > 0 ? 1 - openBytes / foundBytes : found > 0 ? 1 - left / found : undefined;
    return { left, leftBytes: openBytes, share };
  }
  const isTotalKnown = usageBytes !== undefined && usageBytes > totals.settledBytes;
  if (!isTotalKnown) return { left, leftBytes: undefined, share: undefined };
  return { left, leftBytes: usageBytes - totals.settledBytes, share: totals.settledBytes / usageBytes };
}

interface Pace {
  objectsPerSecond: number;
  bytesPerSecond: number;
}

function overallPace({ knownTotals: totals, activeMs }: JobState): Pace | undefined {
  if (activeMs === 0) return undefined;
  const perSecond = 1000 / activeMs;
  return { objectsPerSecond: totals.settled * perSecond, bytesPerSecond: totals.bytes * perSecond };
}

/** Measures up to now, not up to the last checkpoint. So a job that hangs shows a falling speed. */
function recentPace({ checkpoints, knownTotals }: JobState, runningSinceMs: number, nowMs: number): Pace | undefined {
  const ofRun = checkpoints.filter(({ atMs }) => atMs >= runningSinceMs);
  const recent = ofRun.filter(({ atMs }) => atMs >= nowMs - WINDOW_MS);
  const before = checkpoints.findLast(({ atMs }) => atMs < runningSinceMs) ?? { settled: 0, bytes: 0 };
  const start = { ...before, atMs: runningSinceMs };
  const first = recent.length > 1 ? recent[0]! : ofRun.length > 1 ? ofRun[0]! : start;
  const seconds = (nowMs - first.atMs) / 1000;
  if (seconds <= 0) return undefined;
  return {
    objectsPerSecond: (knownTotals.settled - first.settled) / seconds,
    bytesPerSecond: (knownTotals.bytes - first.bytes) / seconds,
  };
}
