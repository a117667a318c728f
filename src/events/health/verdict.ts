/** Decides what a run is doing now, and why, from what its parts know. */
import type { HealthFacts, RequestFacts } from './facts.js';
import type { HealthScope, Verdict } from './health.js';

/** A disk that has not answered for so long is the reason of a silence; and for so long, whatever else moves. */
const DISK_SILENT_MS = 10_000;
const DISK_LOST_MS = 60_000;
/** When nothing moves for so long, the run is stalled. */
const SILENCE_MS = 5_000;
/** A throttle goes on for so long after the last refusal: the next one may come any moment. */
const REFUSED_LATELY_MS = 15_000;
/** A thread that is busy for this share of the time sets the pace. */
const BUSY_SHARE = 0.92;

/** The one thing that matters most. What stops everything comes first, what only slows down comes last. */
export function verdictOf(facts: HealthFacts): Verdict {
  return { ...(ending(facts) ?? stopped(facts) ?? slowed(facts) ?? pace(facts)), ...hostsOf(facts) };
}

/** The trouble of single servers is no state of the run: it goes on with the others. */
function hostsOf({ hosts }: HealthFacts): Partial<Verdict> {
  if (hosts === undefined || hosts.unreachable + hosts.throttled === 0) return {};
  const { known, unreachable, throttled, first } = hosts;
  return {
    ...{ hosts: known, hostsUnreachable: unreachable, hostsThrottled: throttled },
    ...(first && { host: first.origin, hostSinceMs: first.sinceMs }),
  };
}

function ending({ interruptedSinceMs, isBegun, isEnding, pausedSinceMs }: HealthFacts): Verdict | undefined {
  if (interruptedSinceMs !== undefined)
    return { state: 'interrupted', reason: 'in-flight', sinceMs: interruptedSinceMs };
  if (!isBegun) return { state: 'starting', reason: 'opening' };
  if (isEnding) return { state: 'finishing', reason: 'flush' };
  // Nothing that a server does matters until the user lets the run go on.
  return pausedSinceMs === undefined ? undefined : { state: 'paused', reason: 'by-user', sinceMs: pausedSinceMs };
}

function stopped(facts: HealthFacts): Verdict | undefined {
  return unreachable(facts) ?? banned(facts) ?? queueAway(facts) ?? full(facts) ?? silent(facts);
}

function unreachable({ outages, unansweredSinceMs }: HealthFacts): Verdict | undefined {
  if (unansweredSinceMs !== undefined)
    return { state: 'starting', reason: 'no-answer-yet', sinceMs: unansweredSinceMs };
  if (outages.size === 0) return undefined;
  const [first] = [...outages].sort(([, one], [, other]) => one - other);
  return {
    ...{ state: 'unreachable', reason: 'no-answer', sinceMs: first![1] },
    of: outages.size > 1 ? undefined : first![0],
  };
}

function banned({ nowMs, requests }: HealthFacts): Verdict | undefined {
  const bans = requests.filter(({ bannedForMs }) => bannedForMs > 0);
  if (bans.length === 0) return undefined;
  const longest = Math.max(...bans.map(({ bannedForMs }) => bannedForMs));
  const of = bans.length === requests.length ? undefined : bans[0]!.of;
  return { state: 'banned', reason: 'banned', untilMs: nowMs + longest, of, ...answerOf(bans[0]!) };
}

function queueAway({ queue }: HealthFacts): Verdict | undefined {
  if (queue?.awaySinceMs === undefined) return undefined;
  return { state: 'waiting-queue', reason: 'away', sinceMs: queue.awaySinceMs };
}

function full({ disks, queue }: HealthFacts): Verdict | undefined {
  const isFull = queue?.isFull === true || (disks.length > 0 && disks.every(({ isIn }) => !isIn));
  if (!isFull) return undefined;
  return { state: 'waiting-disk', reason: 'all-full', hasOthers: queue?.areAllFull === false };
}

function silent({ nowMs, disks, silentSinceMs, isMoving }: HealthFacts): Verdict | undefined {
  const [slowest] = [...disks].sort((one, other) => other.waitingForMs - one.waitingForMs);
  if (slowest !== undefined && slowest.waitingForMs >= (isMoving ? DISK_LOST_MS : DISK_SILENT_MS)) {
    const sinceMs = nowMs - slowest.waitingForMs;
    return { state: 'waiting-disk', reason: 'not-answering', volume: slowest.root, sinceMs };
  }
  if (isMoving || silentSinceMs === undefined || nowMs - silentSinceMs < SILENCE_MS) return undefined;
  return { state: 'stalled', reason: 'silence', sinceMs: silentSinceMs };
}

function slowed(facts: HealthFacts): Verdict | undefined {
  return throttled(facts) ?? limited(facts) ?? waiting(facts);
}

function throttled({ nowMs, requests, limits }: HealthFacts): Verdict | undefined {
  const [paused] = requests
    .filter(({ pausedForMs }) => pausedForMs > 0)
    .sort((one, other) => other.pausedForMs - one.pausedForMs);
  if (paused?.isShort) return { state: 'limited', reason: 'open-files', untilMs: nowMs + paused.pausedForMs };
  const refused = requests.find((one) => isRefusedLately(one));
  const about = paused ?? refused;
  const bytes = limits.find(({ of }) => of === 'bytes');
  if (bytes?.isCapped && bytes.waiting > 0) {
    return { state: 'throttled', reason: 'bandwidth', of: 'objects', ...answerOf(about), perSecond: bytes.perSecond };
  }
  if (about !== undefined) {
    const { of, limit } = about;
    const scope = requests.length > 1 ? of : undefined;
    const common = { state: 'throttled', of: scope, requests: limit, ...answerOf(about) } as const;
    return paused
      ? { ...common, reason: 'paused', untilMs: nowMs + paused.pausedForMs }
      : { ...common, reason: 'fewer-requests' };
  }
  const held = requests.find(({ heldDirectories }) => heldDirectories > 0);
  if (held === undefined) return undefined;
  const { heldDirectories: directories, of } = held;
  return { state: 'throttled', reason: 'directories', of, directories, ...answerOf(held) };
}

/** It has refused some lately, or still gets fewer requests than it would without that. */
function isRefusedLately({ refusedAgoMs, isHeldDown }: RequestFacts): boolean {
  return refusedAgoMs !== undefined && (refusedAgoMs < REFUSED_LATELY_MS || isHeldDown);
}

function answerOf(about: RequestFacts | undefined): Pick<Verdict, 'status' | 'code'> {
  const { status, code } = about?.refusal ?? {};
  return { ...(status !== undefined && { status }), ...(code !== undefined && { code }) };
}

const LIMIT_REASONS = { bytes: 'limit-bytes', objects: 'limit-objects', listings: 'limit-listings' } as const;

function limited({ limits }: HealthFacts): Verdict | undefined {
  const limit = limits.find((one) => one.waiting > 0);
  if (limit === undefined) return undefined;
  const { of, perSecond, isShared } = limit;
  return { state: 'limited', reason: LIMIT_REASONS[of], perSecond, ...(isShared && { isShared }) };
}

function waiting({ objects, isInputOpen, isMoving, queue, hosts }: HealthFacts): Verdict | undefined {
  const { inside, waitingForAnotherAttempt } = objects;
  if (isMoving) return undefined;
  if (hosts?.areAllOut) return { state: 'retrying', reason: 'hosts' };
  if (inside > 0 && inside === waitingForAnotherAttempt)
    return { state: 'retrying', reason: 'backoff', waiting: waitingForAnotherAttempt };
  if (inside > 0) return undefined;
  if (queue !== undefined) return queue.isIdle ? { state: 'waiting-queue', reason: 'other-machines' } : undefined;
  return isInputOpen ? { state: 'waiting-input', reason: 'no-input' } : undefined;
}

/** The run works. What would make it faster? */
function pace(facts: HealthFacts): Verdict {
  const { requests, disks, objects, isListOnly, isListing, busyShare } = facts;
  const of = (kind: HealthScope) => requests.find((one) => one.of === kind);
  const bodies = of('objects');
  const atOnce = bodies && { requests: bodies.limit };
  if (busyShare >= BUSY_SHARE) return { state: 'healthy', reason: 'processor', ...atOnce };
  if (isListOnly) return { state: 'healthy', reason: 'listing-only', requests: of('listings')?.limit };
  if (bodies === undefined) return { state: 'healthy', reason: 'working' };
  const isDiskBehind = disks.some(({ waiting }) => waiting > 0);
  const areFree = bodies.inUse < bodies.limit;
  if (bodies.waitingForMemory > 0 && areFree) {
    return isDiskBehind
      ? { state: 'waiting-disk', reason: 'slow', ...atOnce }
      : { state: 'healthy', reason: 'memory', ...atOnce };
  }
  if (!areFree) return { state: 'healthy', reason: 'server', ...atOnce };
  if (isListing && objects.inside - objects.waitingForAnotherAttempt < bodies.limit)
    return { state: 'healthy', reason: 'listing', ...atOnce };
  return { state: 'healthy', reason: 'working', ...atOnce };
}
