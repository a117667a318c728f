/** What a run with --queue needs in addition: its place in the job, and its report at the end. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBus } from '../../events/bus.js';
import type { Manifest } from '../../events/lists/manifest.js';
import type { Stats } from '../../events/stats.js';
import type { ObjectEntry } from '../../model/entry.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { Limits } from '../../pacing/limits/limits.js';
import type { SharedIdentity, WorkerLimits } from '../../queue/nats/connection/records.js';
import { shareLearnt } from '../../queue/nats/job/shared-learnt.js';
import { WorkerSession } from '../../queue/nats/worker/worker-session.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { activeRequests } from '../../sources/capabilities.js';
import type { Source } from '../../sources/source.js';
import { identityOf } from '../plan/plan-job.js';
import type { Config, QueueConfig } from '../run-options.js';
import { logLengths } from './log-lengths.js';
import { newWorkerName, SharedFolderState } from './shared-folder.js';
import { isLister } from './shared-stats.js';

export interface SharedDeps {
  source: Source;
  /** Undefined for a machine that only lists. */
  volumes: Volumes | undefined;
  stats: Stats;
  events: EventBus;
  manifest: Manifest | undefined;
  failures: { record(line: string): Promise<void> | undefined } | undefined;
  limits: Limits;
  /** Reserved for the files of the job. */
  reserved: ReservedSpace | undefined;
  /** When it aborts, the run stops waiting for the queue. */
  signal: AbortSignal;
}

/** How long to wait for the queue's first answer. Later the queue may be away for days. */
const FIRST_CONTACT_MS = 15_000;

/** Joins or starts the job. Rejects with ERR_QUEUE, or with a ConfigError when the queue has a different job. */
export async function openSession(
  config: Config,
  queue: QueueConfig,
  { source, volumes, stats, events, failures, manifest, limits, reserved, signal }: SharedDeps,
): Promise<WorkerSession> {
  const { command, to, durability, timeoutMs } = config;
  const role = command === 'list' ? 'list' : queue.role;
  const state = volumes === undefined ? join(tmpdir(), 'sluice-lister') : join(to[0]!, STATE_FOLDER, 'queue');
  const identity = sharedIdentity(config, source.url);
  const folder = volumes && SharedFolderState.open(state, to, reserved?.giveWay);
  const kind = command === 'fetch' ? 'input' : 'listing';
  const session = await WorkerSession.open({
    access: queue.access,
    join: {
      name: queue.job,
      identity,
      kind,
      isKindFree: queue.role === 'fetch',
      leaseMs: queue.leaseMs,
    },
    worker: folder?.name ?? newWorkerName(),
    memory: folder,
    role,
    isListingOnly: command === 'list',
    isAudit: queue.isAudit,
    limit: queue.batches,
    stateFolder: state,
    giveWay: reserved?.giveWay,
    isSynced: durability !== 'none',
    files: {
      barrier: async (touched) => {
        await volumes?.flush(touched);
        await manifest?.flush();
        await reserved?.refill(0);
      },
      removeSince: async (keys, since) => volumes?.removeSince(keys, since),
      logBytes: () => logLengths(volumes?.roots ?? []),
    },
    disks: {
      freeBytes: async () => {
        await volumes?.space();
        return volumes?.roomBytes ?? 0;
      },
      knownFreeBytes: () => volumes?.roomBytes ?? 0,
      report: () => volumesReport(volumes),
      count: async ({ entries }) => (volumes === undefined ? 0 : countFiles(volumes, entries)),
    },
    stats,
    events,
    failures,
    progress: () =>
      stats.settled + stats.found + activeRequests(source).reduce((sum, { receivedBytes }) => sum + receivedBytes, 0),
    isWaiting: () => limits.isWaiting,
    gate: limits.gate,
    ownLimits: () => limitsOf(limits),
    limits: queue.areLimitsShared ? limits : undefined,
    connectTimeoutMs: Math.min(timeoutMs, FIRST_CONTACT_MS),
    signal,
  });
  try {
    if (source.learnt !== undefined) await shareLearnt(session.nats, session.job.tables, source.learnt);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** What holds for this machine now. */
function limitsOf({ bytes, objects, lists }: Limits) {
  const of = (name: keyof WorkerLimits, { perSecond }: { perSecond: number | undefined }) =>
    perSecond === undefined ? {} : { [name]: perSecond };
  return { ...of('bytesPerSecond', bytes), ...of('objectsPerSecond', objects), ...of('listsPerSecond', lists) };
}

/** What all machines must agree on. A machine that only lists knows nothing of names and variants. */
function sharedIdentity(config: Config, url: string): SharedIdentity {
  const { source, filters } = identityOf({ ...config, command: 'mirror' }, url);
  const { include = '', exclude = '', ...storing } = filters;
  // A page is known by its start. With another page size, a machine would cut other batches.
  const pages = { 'page-size': String(config.pageSize) };
  return { source, filters: { include, exclude, ...pages, ...(!isLister(config) && storing) } };
}

function volumesReport(volumes: Volumes | undefined) {
  const states = volumes?.states() ?? [];
  const space = volumes?.knownSpace ?? [];
  return (volumes?.roots ?? []).map((path, volume) => {
    const freeBytes = space[volume]?.bytesFree;
    return { path, ...(freeBytes !== undefined && { freeBytes }), state: states[volume]!.state };
  });
}

/** Counts the entries that exist on the disks, in any version. */
async function countFiles(volumes: Volumes, entries: readonly ObjectEntry[]): Promise<number> {
  const found = await volumes.has(entries.map(({ key }) => ({ key, size: undefined, mtimeMs: undefined })));
  return found.filter(({ home }) => home >= 0).length;
}
