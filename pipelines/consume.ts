/** The second half: parts → files. Read it from top to bottom to follow one object. */
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import asStream from 'stream-chain/asStream.js';
import gen from 'stream-chain/gen.js';
import type { TransferError } from '../src/errors.js';
import type { Alerts } from '../src/events/alerts.js';
import type { Books } from '../src/events/books.js';
import type { Gauges } from '../src/events/gauges.js';
import type { Manifest } from '../src/events/lists/manifest.js';
import { OTHERS_OUTAGE, reportOutages } from '../src/events/outages.js';
import type { Reporter } from '../src/events/reporter.js';
import type { Limit } from '../src/lib/streams/limit.js';
import { anySignal } from '../src/lib/streams/signals.js';
import type { Filter } from '../src/model/filter.js';
import type { Part } from '../src/model/part.js';
import type { Ban } from '../src/pacing/backoff/ban.js';
import { DirectoryThrottle } from '../src/pacing/backoff/directory-throttle.js';
import { throttlePatience } from '../src/pacing/backoff/retry.js';
import { Throttle } from '../src/pacing/backoff/throttle.js';
import type { Concurrency } from '../src/pacing/concurrency/concurrency.js';
import { Bandwidth } from '../src/pacing/limits/bandwidth.js';
import type { Limits } from '../src/pacing/limits/limits.js';
import type { Vitals } from '../src/pacing/stuck/vitals.js';
import { EarlierDigests } from '../src/sinks/digests/earlier-digests.js';
import type { Volumes } from '../src/sinks/disks/volumes.js';
import type { NameMode } from '../src/sinks/thread/messages.js';
import { createObjectHealth } from '../src/sources/object-health.js';
import type { Source } from '../src/sources/source.js';
import { createAnnounce } from '../src/stages/announce.js';
import { createDedupe } from '../src/stages/dedupe.js';
import { createFetch } from '../src/stages/fetch.js';
import { createFlatten } from '../src/stages/flatten.js';
import { Intake } from '../src/stages/intake.js';
import { Permits } from '../src/stages/permits.js';
import { createSelect } from '../src/stages/select.js';
import { createSettle, type FailureRecorder, type RetryRecorder } from '../src/stages/settle.js';
import { createWrite } from '../src/stages/write.js';

/** Objects between intake and settle, waiting for another attempt included: about 4 MB, and minutes of patience at full speed. */
const INSIDE_LIMIT = 16_384;

export interface ConsumeOptions {
  source: Source;
  volumes: Volumes;
  names: NameMode;
  filter: Filter;
  limit: Limit | undefined;
  books: Books;
  reporter: Reporter;
  failures: FailureRecorder | undefined;
  manifest?: Manifest | undefined;
  /** Told of each end, where earlier failures are tried again. */
  retried?: RetryRecorder | undefined;
  /** Where others have room: whether what is not stored of a part for want of it is left to them. */
  surrender?: ((part: Part) => boolean) | undefined;
  /** Nothing lay on the volumes when the job began. */
  isFresh: boolean;
  isVariant: boolean;
  /** Of the objects. */
  concurrency: Concurrency;
  /** Shared with the listings where they ask the same server. */
  ban?: Ban | undefined;
  /** What other machines find out about the server, and are told of it. */
  alerts?: Alerts | undefined;
  bufferBytes: number;
  retries: number;
  /** Told when no more files can be opened. */
  onShortage?: ((error: TransferError) => void) | undefined;
  /** Where a dry run prints what it would fetch; anything else fetches. */
  announceTo: Writable | undefined;
  limits: Limits;
  /** Where it is to be seen what goes on here. */
  gauges: Gauges;
  vitals: Vitals;
  /** Aborted: take nothing new, finish what is in flight. */
  draining: AbortSignal;
  /** Aborted: stop at once. */
  signal: AbortSignal;
}

/** Where the parts come from. */
export interface PartSource {
  parts: AsyncIterable<Part>;
  /** Told of each part when its last object is settled. */
  ack: (part: Part) => void;
  /** Called once nothing is taken any more: `parts` must not go on waiting for something to give. */
  release: () => void;
}

/** Settles every object of every part. Rejects on a fatal error only. */
export async function consume({ parts, ack, release }: PartSource, options: ConsumeOptions): Promise<void> {
  const { source, volumes, books, reporter, draining, announceTo, retries, concurrency } = options;
  const ended = new AbortController();
  // Interrupted, cut off, or failed: nobody begins or waits for anything any more.
  const stopped = anySignal(draining, options.signal, ended.signal);
  const throttle = new Throttle({
    concurrency,
    ban: options.ban,
    patience: throttlePatience(retries),
    signal: stopped,
  });
  const health = createObjectHealth(source, {
    ...reportOutages('objects', { books, reporter, alerts: options.alerts }),
    concurrency: () => concurrency.limit,
    signal: stopped,
  });
  options.alerts?.onHeard(({ kind, of }) => {
    if (kind === 'outage' && of === 'objects') health.outage.suspect(OTHERS_OUTAGE);
  });
  const directories = new DirectoryThrottle({ patience: throttlePatience(retries) });
  const isPaused = () => !throttle.isOpen || !health.outage.isOpen || options.limits.isWaiting || directories.isHolding;
  const permits = new Permits({ concurrency, bytes: options.bufferBytes, arena: volumes.arena, isPaused });
  const intake = new Intake({ books, limit: INSIDE_LIMIT, draining });
  const transfer = announceTo
    ? [createAnnounce(announceTo)]
    : [
        createFetch({
          source,
          permits,
          throttle,
          directories,
          bandwidth: new Bandwidth(options.limits.bytes),
          outage: health.outage,
          limits: options.limits,
          retries,
          draining: stopped,
        }),
        createWrite(volumes, { ...options, concurrency: concurrency.max }),
      ];
  const earlier = new EarlierDigests(volumes);
  const digestsOf = announceTo ? undefined : earlier.of.bind(earlier);
  const settle = createSettle({ ...options, roots: volumes.roots, intake, throttle, health, ack });
  options.vitals.add(() => ({
    isBusy: intake.inside > 0,
    isPaused: isPaused(),
  }));
  options.gauges.add('objects', () => ({ inside: intake.inside, waitingForAnotherAttempt: intake.waiting }));
  options.gauges.add('limits', () => ({
    connections: permits.connections.capacity,
    connectionsInUse: permits.connections.inUse,
    hangingConnections: permits.hanging,
    waitingForConnection: permits.connections.waiting,
    bufferBytes: permits.bytes.capacity,
    bufferBytesInUse: permits.bytes.inUse,
    waitingForBuffer: permits.bytes.waiting,
    bytesPerSecond: options.limits.bytes.perSecond,
    objectsPerSecond: options.limits.objects.perSecond,
    listsPerSecond: options.limits.lists.perSecond,
    isThrottled: !throttle.isOpen,
    banSeconds: Math.ceil((options.ban?.closedForMs ?? 0) / 1_000),
    slowedDirectories: directories.size,
    isOriginDown: health.outage.isDown,
  }));
  // A pipeline has failed only when all of its streams have closed, the first one too, whatever any of them waits for.
  settle.once('close', () => {
    ended.abort();
    release();
  });

  await pipeline(
    [
      Readable.from(parts, { highWaterMark: 1 }),
      asStream(gen(createSelect(options), createFlatten({ ...options, ack })), {
        readableHighWaterMark: 1,
        writableHighWaterMark: 1,
      }),
      createDedupe(volumes, { ...options, digestsOf }),
      intake,
      ...transfer,
      settle,
    ],
    { signal: options.signal },
  );
}
