/** Reads what the parts of a run know of its state. */
import type { DiskFacts, HealthFacts, LimitFacts, QueueFacts, RequestFacts } from '../../../events/health/facts.js';
import type { HealthScope } from '../../../events/health/health.js';
import type { Stats } from '../../../events/stats.js';
import type { Limits } from '../../../pacing/limits/limits.js';
import type { RateLimit } from '../../../pacing/limits/rate-limit.js';
import type { Lanes } from '../../../pacing/origins/lanes.js';
import type { Pacer } from '../../../pacing/pacer.js';
import type { WorkerSession } from '../../../queue/nats/worker/worker-session.js';
import type { Volumes } from '../../../sinks/disks/volumes.js';
import { contactOf } from '../../../sources/capabilities.js';
import type { Source } from '../../../sources/source.js';
import type { Config } from '../../run-options.js';

/** The parts that exist so far. */
export interface HealthParts {
  config: Pick<Config, 'command'>;
  source: Source;
  stats: Stats;
  limits?: Limits | undefined;
  pacers?: { readonly lists: Pacer; readonly objects: Pacer } | undefined;
  lanes?: Lanes | undefined;
  volumes?: Pick<Volumes, 'roots' | 'activity' | 'states' | 'knownSpace' | 'rooms'> | undefined;
  session?: Pick<WorkerSession, 'nats' | 'admission' | 'queue' | 'job' | 'progress' | 'name'> | undefined;
  objects?: (() => { readonly inside: number; readonly waitingForAnotherAttempt: number }) | undefined;
}

/** What {@link RunHealth} itself knows. */
export type Course = Pick<
  HealthFacts,
  'nowMs' | 'isBegun' | 'interruptedSinceMs' | 'isEnding' | 'isMoving' | 'silentSinceMs' | 'busyShare'
>;

/** A first answer may take so long. */
const FIRST_ANSWER_MS = 3_000;

export function readFacts(parts: HealthParts, course: Course): HealthFacts {
  const { config, source, stats, limits, pacers, lanes, volumes, session, objects } = parts;
  const { command } = config;
  const isListing = command !== 'fetch' && !stats.isListingDone;
  return {
    ...course,
    isEnding: course.isEnding || (pacers?.objects.stopped.aborted ?? false),
    pausedSinceMs: limits?.gate.closedAtMs,
    unansweredSinceMs: unanswered(source, course.nowMs),
    outages: stats.outages as ReadonlyMap<HealthScope, number>,
    requests: pacers === undefined ? [] : requestsOf(pacers, { command, isListing, lanes }),
    hosts: lanes?.state,
    limits: limits === undefined ? [] : limitsOf(limits),
    disks: volumes === undefined ? [] : disksOf(volumes),
    objects: objects?.() ?? { inside: 0, waitingForAnotherAttempt: 0 },
    isListOnly: command === 'list',
    isListing,
    isInputOpen: command === 'fetch' && !stats.isListingDone,
    queue: session && queueOf(session),
  };
}

/** The server that was asked first, when none has answered for a while. */
function unanswered(source: Source, nowMs: number): number | undefined {
  const contacts = (['listings', 'objects'] as const).map((of) => contactOf(source, of).contact);
  if (contacts.some(({ hasAnswered }) => hasAnswered)) return undefined;
  const asked = contacts.flatMap(({ sinceMs }) => (sinceMs === undefined ? [] : [sinceMs]));
  const sinceMs = Math.min(...asked);
  return asked.length > 0 && nowMs - sinceMs >= FIRST_ANSWER_MS ? sinceMs : undefined;
}

/** Those that the run still sends. */
function requestsOf(
  { lists, objects }: { lists: Pacer; objects: Pacer },
  { command, isListing, lanes }: { command: string; isListing: boolean; lanes: Lanes | undefined },
): RequestFacts[] {
  if (command === 'list') return [requestFacts('listings', lists)];
  // Each of many servers has a pacer of its own, and none of them stands for all.
  const { limit, inUse } = lanes?.state ?? {};
  const transfer = { ...requestFacts('objects', objects), ...(lanes && { limit: limit!, inUse: inUse! }) };
  return isListing ? [transfer, requestFacts('listings', lists)] : [transfer];
}

function requestFacts(of: HealthScope, { health, slots, limit }: Pacer): RequestFacts {
  const { refusal, refusedAgoMs } = health;
  const pausedForMs = health.throttle.closedForMs;
  const inUse = slots.connections.inUse;
  return {
    of,
    pausedForMs,
    isShort: pausedForMs > 0 && refusal?.code === 'ERR_OPEN_FILES',
    bannedForMs: health.ban.closedForMs,
    refusedAgoMs: refusal?.code === 'ERR_OPEN_FILES' ? undefined : refusedAgoMs,
    isHeldDown: slots.concurrency.isHeldDown && inUse >= limit,
    refusal,
    heldDirectories: health.directories.held,
    limit,
    inUse,
    waitingForMemory: slots.bytes.waiting,
  };
}

function limitsOf({ bytes, objects, lists }: Limits): LimitFacts[] {
  return [limitFacts('bytes', bytes), limitFacts('objects', objects), limitFacts('listings', lists)];
}

function limitFacts(of: LimitFacts['of'], { waiting, perSecond, setBy }: RateLimit): LimitFacts {
  return { of, waiting, perSecond, isCapped: setBy === 'server', isShared: setBy === 'machines' };
}

function disksOf({ roots, activity, states }: NonNullable<HealthParts['volumes']>): DiskFacts[] {
  const conditions = states();
  return activity().map(({ waiting, oldest }, volume) => ({
    root: roots[volume]!,
    isIn: conditions[volume]!.state === 'in',
    waiting,
    waitingForMs: oldest === undefined ? 0 : performance.now() - oldest.sinceMs,
  }));
}

function queueOf({ nats, admission, queue }: NonNullable<HealthParts['session']>): QueueFacts {
  return {
    awaySinceMs: nats.awaySinceMs,
    isFull: admission.isFull,
    areAllFull: admission.areAllFull,
    isIdle: queue.held === 0,
  };
}
