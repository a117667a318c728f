/** Builds the parts that each command's pipeline needs. */
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { type FetchOptions, fetch, fetchShared } from '../../../pipelines/fetch.js';
import { list } from '../../../pipelines/list.js';
import { mirror } from '../../../pipelines/mirror.js';
import type { EventBus } from '../../events/bus.js';
import type { Gauges } from '../../events/gauges.js';
import type { Manifest } from '../../events/lists/manifest.js';
import type { Reporter } from '../../events/reporter.js';
import type { Stats } from '../../events/stats.js';
import type { Limit } from '../../lib/streams/limit.js';
import { anySignal } from '../../lib/streams/signals.js';
import { createFilter } from '../../model/filter.js';
import type { Part } from '../../model/part.js';
import { Concurrency } from '../../pacing/concurrency/concurrency.js';
import type { Limits } from '../../pacing/limits/limits.js';
import type { Vitals } from '../../pacing/stuck/vitals.js';
import { MemoryQueue } from '../../queue/memory-queue.js';
import type { WorkQueue } from '../../queue/work-queue.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { activeRequests } from '../../sources/capabilities.js';
import type { Source } from '../../sources/source.js';
import type { Config } from '../options.js';
import type { Job } from './job.js';
import { createPacers } from './pacers.js';
import type { Retried } from './retried.js';

/** Bytes that a reader may leave unread (`| head`): a full pipe (Linux: 64 KiB), and as many in the reader. */
const UNREAD_BYTES = 128 * 1024;

export interface CommandParts {
  source: Source;
  volumes: Volumes | undefined;
  manifest: Manifest | undefined;
  failures: { record(line: string, part: Part): Promise<void> | undefined } | undefined;
  job: Job | undefined;
  retried: Retried | undefined;
  stats: Stats;
  reporter: Reporter;
  input: Readable;
  output: Writable;
  limit: Limit | undefined;
  /** The queue of a job that machines share. */
  queue: WorkQueue | undefined;
  /** Gets an event for each object. */
  bus?: EventBus | undefined;
  takingUntil: AbortSignal;
  draining: AbortSignal;
  stopTaking: AbortSignal;
  signal: AbortSignal;
  gauges: Gauges;
  vitals: Vitals;
  limits: Limits;
}

export function runCommand(
  config: Config,
  { volumes, output, takingUntil, job, queue, ...parts }: CommandParts,
): Promise<void> {
  const filter = createFilter(config);
  const pacers = createPacers(config, {
    ...parts,
    concurrency: { lists: listsAtOnce(config, job), objects: new Concurrency(config.connections.objects) },
    arena: volumes?.arena,
    alerts: queue?.alerts,
    takingUntil,
    draining: anySignal(parts.draining, parts.signal),
  });
  const { lists } = pacers;
  parts.vitals.add(() => ({ isBusy: activeRequests(parts.source).length > 0, isPaused: lists.isPaused }));
  parts.gauges.add('listing', () => {
    const { isThrottled, banSeconds, isOriginDown } = lists.gauges();
    return { requests: lists.limit, maxRequests: lists.slots.concurrency.max, isThrottled, banSeconds, isOriginDown };
  });
  const walk = {
    pacer: lists,
    probe: pacers.listProbe,
    onRetry: pacers.onRetry,
    isPruned: filter.isPruned,
    signal: takingUntil,
    resume: job?.resume,
  };
  const checkpointer = job?.checkpointer;
  if (config.command === 'list' && queue === undefined) {
    // In Node, pipes and terminals are sockets. A file keeps everything it gets.
    const unreadBytes = output instanceof Socket ? UNREAD_BYTES : 0;
    return list({ ...parts, filter, walk, output, unreadBytes, checkpointer });
  }
  const options = {
    ...parts,
    // A machine that only lists has no volumes, and its pipeline uses none.
    volumes: volumes!,
    names: config.names,
    isFresh: job?.journal.state.isFresh ?? false,
    filter,
    walk,
    checkpointer,
    pacer: pacers.objects,
    contact: pacers.objectProbe,
    isVariant: config.variant !== undefined,
    announceTo: config.isDryRun ? output : undefined,
  };
  if (config.command === 'fetch' && queue === undefined) return fetchDurably(options);
  const role = config.command === 'list' ? 'list' : (config.queue?.role ?? 'both');
  if (config.command === 'fetch' && queue !== undefined) return fetchShared({ ...options, queue, role });
  return mirror({ ...options, queue: queue ?? new MemoryQueue({ limit: QUEUE_PARTS }), role });
}

/**
 * The first n objects must be the same as in the runs before. So pages come one at a time, in the same order as then.
 */
function listsAtOnce({ limit, connections }: Config, job: Job | undefined): Concurrency {
  const isOrdered = limit !== undefined && job !== undefined && job.journal.state.runs > 1;
  return new Concurrency(isOrdered ? { max: 1 } : connections.lists);
}

/** Parts between the two halves: two pages of the usual size, so that the disks never wait for a listing request. */
const QUEUE_PARTS = 20;

/** Flushes at the end, so that an object reported as stored survives a power cut. */
async function fetchDurably(options: FetchOptions): Promise<void> {
  await fetch(options);
  if (!options.announceTo) await options.volumes.flush(options.volumes.roots.keys());
}
