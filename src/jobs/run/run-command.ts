/** Builds the parts that each command's pipeline needs. */
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { INSIDE_LIMIT } from '../../../pipelines/consume.js';
import { type FetchOptions, fetch, fetchShared } from '../../../pipelines/fetch.js';
import { list } from '../../../pipelines/list.js';
import { mirror } from '../../../pipelines/mirror.js';
import type { EventBus } from '../../events/bus.js';
import type { Gauges } from '../../events/gauges.js';
import type { Manifest } from '../../events/lists/manifest.js';
import { type FailureRecorder, listenToOutcomes } from '../../events/outcomes.js';
import type { Stats } from '../../events/stats.js';
import type { Limit } from '../../lib/streams/limit.js';
import { anySignal } from '../../lib/streams/signals.js';
import { createFilter } from '../../model/filter.js';
import { Concurrency } from '../../pacing/concurrency/concurrency.js';
import type { Limits } from '../../pacing/limits/limits.js';
import type { Lanes } from '../../pacing/origins/lanes.js';
import type { Vitals } from '../../pacing/stuck/vitals.js';
import { MemoryQueue } from '../../queue/memory-queue.js';
import type { WorkQueue } from '../../queue/work-queue.js';
import { EarlierDigests } from '../../sinks/digests/earlier-digests.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import type { CheckedSink } from '../../sinks/sink.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { mostObjectsOf } from '../../sources/most-objects.js';
import { LIST_OF_URLS } from '../../sources/registry.js';
import type { Source } from '../../sources/source.js';
import { urlLines } from '../../sources/url-lines.js';
import type { Config } from '../run-options.js';
import type { RunHealth } from './health/run-health.js';
import { createPacers, OBJECT_REQUEST_BYTES } from './pacers.js';
import type { ResumableJob } from './resumable-job.js';
import type { Retried } from './retried.js';

/** Bytes that a reader may leave unread (`| head`): a full pipe (Linux: 64 KiB), and as many in the reader. */
const UNREAD_BYTES = 128 * 1024;

export interface CommandParts {
  source: Source;
  /** The disks, or a sink of the caller's own. A machine that only lists has neither. */
  volumes: Volumes | undefined;
  sink: CheckedSink | undefined;
  manifest: Manifest | undefined;
  failures: FailureRecorder | undefined;
  job: ResumableJob | undefined;
  retried: Retried | undefined;
  stats: Stats;
  events: EventBus;
  input: Readable;
  output: Writable;
  limit: Limit | undefined;
  /** The queue of a job that machines share. */
  queue: WorkQueue | undefined;
  takingUntil: AbortSignal;
  draining: AbortSignal;
  stopTaking: AbortSignal;
  signal: AbortSignal;
  reserved: ReservedSpace | undefined;
  gauges: Gauges;
  vitals: Vitals;
  limits: Limits;
  health: Pick<RunHealth, 'add'>;
}

export async function runCommand(
  config: Config,
  { volumes, sink = volumes, output, takingUntil, job, queue, failures, manifest, retried, ...parts }: CommandParts,
): Promise<void> {
  listenToOutcomes(parts.events, { failures, manifest, retried, roots: sink?.roots ?? [] });
  const filter = createFilter(config);
  const pacers = createPacers(config, {
    ...parts,
    concurrency: { lists: listsAtOnce(config, job), objects: objectsAtOnce(config) },
    arena: volumes?.arena,
    alerts: queue?.alerts,
    takingUntil,
    draining: anySignal(parts.draining, parts.signal),
  });
  const { lists } = pacers;
  const lanes =
    parts.source.origins &&
    (await import('./hosts/create-lanes.js')).createLanes(config, {
      ...{ ...parts, arena: volumes?.arena, requestWork: OBJECT_REQUEST_BYTES, window: INSIDE_LIMIT },
      draining: anySignal(parts.draining, parts.signal),
    });
  parts.health.add({ pacers, lanes });
  parts.vitals.add(() => lists.vital);
  parts.gauges.add('listing', () => {
    const { isThrottled, banSeconds, isOriginDown } = lists.gauges();
    return { requests: lists.limit, maxRequests: lists.slots.concurrency.max, isThrottled, banSeconds, isOriginDown };
  });
  const walk = {
    pacer: lists,
    probe: pacers.listProbe,
    isPruned: filter.isPruned,
    signal: takingUntil,
    resume: job?.resume,
  };
  const checkpointer = job?.checkpointer;
  if (config.command === 'list' && queue === undefined) {
    // In Node, pipes and terminals are sockets. A file keeps everything it gets.
    const unreadBytes = output instanceof Socket ? UNREAD_BYTES : 0;
    const lineOf = config.isUrls ? urlLines(parts) : undefined;
    return list({ ...parts, filter, walk, output, unreadBytes, checkpointer, lineOf });
  }
  const earlier = volumes && new EarlierDigests(volumes);
  const options = {
    ...parts,
    // A machine that only lists has no sink, and its pipeline uses none.
    sink: sink!,
    digestsOf: earlier && ((volume: number, keys: readonly string[]) => earlier.of(volume, keys)),
    names: config.names,
    isFresh: job?.journal.state.isFresh ?? false,
    filter,
    walk,
    checkpointer,
    pacer: pacers.objects,
    lanes,
    contact: lanes === undefined ? pacers.objectProbe : contactOf(lanes),
    isVariant: config.variant !== undefined,
    onFolder: retried?.folderBegun,
    announceTo: config.isDryRun ? output : undefined,
  };
  if (config.command === 'fetch' && queue === undefined) {
    if (!isUrlList(config) || volumes === undefined || config.isDryRun) return durably(fetch(options), options);
    const noted = { ...parts, takingUntil };
    const work = (versions: FetchOptions['versions']) => durably(fetch({ ...options, versions }), options);
    return import('./urls/versions.js').then(({ withVersions }) => withVersions(config, noted, work));
  }
  const role = config.command === 'list' ? 'list' : (config.queue?.role ?? 'both');
  if (config.command === 'fetch' && queue !== undefined) return fetchShared({ ...options, queue, role });
  const mirrored = mirror({ ...options, queue: queue ?? new MemoryQueue({ limit: QUEUE_PARTS }), role });
  // A job flushes at its checkpoints.
  return checkpointer === undefined && queue === undefined ? durably(mirrored, options) : mirrored;
}

/**
 * The first n objects must be the same as in the runs before. So pages come one at a time, in the same order as then.
 */
function listsAtOnce({ limit, connections }: Config, job: ResumableJob | undefined): Concurrency {
  const isOrdered = limit !== undefined && job !== undefined && job.journal.state.runs > 1;
  return new Concurrency(isOrdered ? { max: 1 } : connections.lists);
}

function objectsAtOnce({ connections }: Config): Concurrency {
  return new Concurrency({ ...connections.objects, highest: mostObjectsOf(connections) });
}

/** Parts between the two halves: two pages of the usual size, so that the disks never wait for a listing request. */
const QUEUE_PARTS = 20;

function isUrlList({ source }: Config): boolean {
  return source === LIST_OF_URLS;
}

/** The lanes themselves end a run whose servers never answer. */
function contactOf(lanes: Lanes): FetchOptions['contact'] {
  return { stored: (entry) => lanes.stored(entry) };
}

/** Flushes at the end, so that an object reported as stored survives a power cut. */
async function durably(work: Promise<void>, { announceTo, sink }: FetchOptions): Promise<void> {
  await work;
  if (!announceTo) await sink.flush(sink.roots.keys());
}
