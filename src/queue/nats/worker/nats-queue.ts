/** The queue between machines: the contract of the one in memory, by a NATS server and two tables. */
import type { Alerts } from '../../../events/alerts.js';
import type { Part } from '../../../model/batch.js';
import type { SharedFolders } from '../../../sources/listing/shared-folders.js';
import type { Feeding, NackReason, WorkQueue } from '../../work-queue.js';
import { isDone } from '../connection/forms.js';
import type { LeaseHeartbeat } from '../connection/lease-heartbeat.js';
import { decodePart, type PartContent } from '../connection/messages.js';
import type { Lease } from '../connection/pull.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { readEntry } from '../connection/records.js';
import type { Affinity } from '../job/affinity.js';
import type { SetAside } from '../job/dead-letters.js';
import type { JobSupervisor } from '../job/job-supervisor.js';
import type { SharedJob } from '../job/shared-job.js';
import type { Admission } from './admission.js';
import type { PartFeed } from './batch-feed.js';
import { PartPuller } from './batch-puller.js';
import { bytesOf } from './batch-sizes.js';
import type { Commits } from './commits.js';
import { type HeldPart, HeldParts } from './held-batches.js';
import type { OpenPart, OpenParts } from './open-batches.js';

/** The delay before the server delivers a part again that no machine can begin now. */
const RETURN_DELAY_MS = 2_000;

export interface NatsQueueOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  progress: JobSupervisor;
  heartbeat: LeaseHeartbeat;
  commits: Commits;
  openParts: OpenParts;
  admission: Admission;
  /** Objects that this machine has settled so far. */
  settled: () => number;
  affinity: Affinity;
  setAside: SetAside;
  /** The producer side. */
  feed: PartFeed;
  /** Aborted by {@link NatsQueue.leave}. */
  leaving: AbortController;
  alerts: Alerts;
  /** The pages of a shared listing. */
  folders: SharedFolders;
  background: NonNullable<WorkQueue['background']>;
}

export class NatsQueue implements WorkQueue {
  readonly #options: NatsQueueOptions;
  readonly alerts: Alerts;
  /** Undefined in a job that reads an input. */
  readonly folders: SharedFolders | undefined;
  /** Undefined in a job that lists. */
  readonly feeding: Feeding | undefined;
  readonly background: NonNullable<WorkQueue['background']>;
  readonly #held: HeldParts;
  /** Keys of the parts being accepted. */
  readonly #accepting = new Set<string>();
  readonly #leaving: AbortController;
  readonly #puller: PartPuller;

  constructor(options: NatsQueueOptions) {
    this.#options = options;
    this.#leaving = options.leaving;
    const isInput = options.job.record.kind === 'input';
    this.alerts = options.alerts;
    this.folders = isInput ? undefined : options.folders;
    this.feeding = isInput ? options.feed : undefined;
    this.background = options.background;
    this.#held = new HeldParts(options.settled);
    this.#puller = new PartPuller(options);
  }

  /** Parts that this machine has taken and not settled. */
  get held(): number {
    return this.#held.size;
  }

  put(part: Part): Promise<boolean> {
    return this.#options.feed.put(part);
  }

  /** Does nothing: the tables show a complete listing, and a feeder reports its end (see {@link PartFeed}). */
  close(): void {}

  async *take(): AsyncGenerator<Part, void, void> {
    const { progress, admission } = this.#options;
    const { signal } = this.#leaving;
    for (const open of await this.#options.openParts.read()) {
      const held = await this.#takeUp(open);
      if (held !== undefined) yield held.part;
    }
    while (!signal.aborted) {
      await this.#held.untilWanted(signal);
      await admission.opened(signal);
      if (signal.aborted) return;
      let accepted: HeldPart[] = [];
      try {
        const { leases, isOwn } = await this.#puller.pull(this.#held.wanted, signal);
        if (signal.aborted) {
          for (const lease of leases) lease.nack();
          return;
        }
        // To accept a part is mostly to wait for the disk; parallel parts share that wait.
        const taken = await Promise.all(leases.map((lease) => this.#accept(lease, { isOwn })));
        accepted = taken.filter((held) => held !== undefined);
        if (leases.length === 0 && (await progress.look()).isComplete) return;
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      for (const { part } of accepted) yield part;
    }
  }

  ack(part: Part): void {
    const held = this.#held.get(part.key);
    if (held !== undefined) this.#options.commits.settled(held);
    if (this.#held.openObjects === 0) this.#options.commits.hurry();
  }

  /** False when this machine does not hold the part (any more). */
  nack(part: Part, _why: NackReason): boolean {
    const held = this.#held.get(part.key);
    if (held === undefined) return false;
    held.isGivenBack = true;
    // Before this machine takes parts again, its disks must have room for this one.
    this.#options.admission.full(held.bytes);
    return true;
  }

  leave(): void {
    this.#leaving.abort(new Error('this machine leaves the job'));
  }

  /** Requeues all held parts; none of their objects is under way. */
  async requeueAll(): Promise<void> {
    for (const held of this.#held.all()) await this.#options.commits.requeue(held);
  }

  /** For the commits: this machine no longer holds the part. */
  released({ content, bytes }: HeldPart): void {
    this.#held.remove(content.key);
    this.#options.admission.released(bytes);
  }

  gauges(): Readonly<Record<string, unknown>> {
    return { heldParts: this.held, queuedParts: this.#options.feed.backlog };
  }

  /** Resumes a part of an earlier run, unless another machine has finished it since. */
  async #takeUp(open: OpenPart): Promise<HeldPart | undefined> {
    const { nats, job, worker, commits } = this.#options;
    const { signal } = this.#leaving;
    const { key } = open.content;
    const done = await nats
      .ask(() => readEntry(job.tables.done, key, isDone), signal)
      .catch((error) => {
        if (!signal.aborted) throw error;
      });
    if (signal.aborted) return undefined;
    if (done === undefined) {
      await this.#held.untilWanted(signal);
      return signal.aborted ? undefined : this.#hold(open, { lease: undefined, isOwn: true });
    }
    if (done.value.w === worker) await commits.finish(key, open.failureLines);
    else await commits.takeAway(open.content, open.opening);
    return undefined;
  }

  async #accept(lease: Lease, { isOwn }: { isOwn: boolean }): Promise<HeldPart | undefined> {
    const { nats, job, heartbeat, openParts, admission, setAside } = this.#options;
    const content = await setAside.read(lease, 'parts', decodePart);
    if (content === undefined) return undefined;
    const { key } = content;
    const held = this.#held.get(key);
    if (held !== undefined) {
      // The server delivers a part again while this machine works on it: Sluice answers the new message.
      if (held.lease !== undefined) heartbeat.remove(held.lease);
      held.lease = lease;
      heartbeat.add(lease);
      return undefined;
    }
    // The same part arrives twice at once: its page was listed twice.
    if (this.#accepting.has(key)) {
      lease.nack(RETURN_DELAY_MS);
      return undefined;
    }
    this.#accepting.add(key);
    try {
      if ((await nats.ask(() => readEntry(job.tables.done, key, isDone))) !== undefined) {
        lease.ack();
        return undefined;
      }
      if (!isOwn && (await this.#isElsewhere(lease, content))) return undefined;
      const bytes = bytesOf(content);
      const open = admission.takes(bytes) ? await openParts.begin(content) : undefined;
      if (open === undefined) {
        admission.full(bytes);
        lease.nack();
        return undefined;
      }
      heartbeat.add(lease);
      return this.#hold(open, { lease, isOwn: false });
    } finally {
      this.#accepting.delete(key);
    }
  }

  /** Whether another machine has to do the part, or no machine can do it now. */
  async #isElsewhere(lease: Lease, content: PartContent): Promise<boolean> {
    const { affinity } = this.#options;
    const home = await affinity.homeOf(content);
    if (home.is === 'here') return false;
    if (home.is === 'unknown') lease.nack(RETURN_DELAY_MS);
    else {
      await affinity.handOn(content, home.worker);
      lease.ack();
    }
    return true;
  }

  #hold(open: OpenPart, how: { lease: Lease | undefined; isOwn: boolean }): HeldPart {
    const held = this.#held.add(open, how);
    this.#options.admission.held(held.bytes);
    return held;
  }
}
