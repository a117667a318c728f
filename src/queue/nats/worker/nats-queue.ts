/** The queue between machines: the contract of the one in memory, by a NATS server and two tables. */

import type { Alerts } from '../../../events/alerts.js';
import { orAborted } from '../../../lib/waiting/or-aborted.js';
import type { Batch } from '../../../model/batch.js';
import type { Gate } from '../../../pacing/limits/gate.js';
import type { SharedFolders } from '../../../sources/listing/shared-folders.js';
import { say } from '../../../texts/say.js';
import type { Feeding, NackReason, WorkQueue } from '../../work-queue.js';
import { isDone } from '../connection/forms.js';
import type { LeaseHeartbeat } from '../connection/lease-heartbeat.js';
import { type BatchContent, decodeBatch } from '../connection/messages.js';
import type { Lease } from '../connection/pull.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { readEntry } from '../connection/records.js';
import type { Affinity } from '../job/affinity.js';
import type { DeadLetters } from '../job/dead-letters.js';
import type { JobSupervisor } from '../job/job-supervisor.js';
import type { SharedJob } from '../job/shared-job.js';
import type { Admission } from './admission.js';
import type { BatchFeed } from './batch-feed.js';
import { BatchPuller } from './batch-puller.js';
import { bytesOf } from './batch-sizes.js';
import type { Commits } from './commits.js';
import { type HeldBatch, HeldBatches } from './held-batches.js';
import type { OpenBatch, OpenBatches } from './open-batches.js';

/** The delay before the server delivers a batch again that no machine can begin now. */
const RETURN_DELAY_MS = 2_000;

export interface NatsQueueOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  progress: JobSupervisor;
  heartbeat: LeaseHeartbeat;
  commits: Commits;
  openBatches: OpenBatches;
  admission: Admission;
  /** See {@link SessionOptions}. */
  gate: Pick<Gate, 'isOpen' | 'opened'>;
  /** Objects that this machine has settled so far. */
  settled: () => number;
  affinity: Affinity;
  deadLetters: DeadLetters;
  /** The producer side. */
  feed: BatchFeed;
  /** Aborted by {@link NatsQueue.leave}. */
  stopTaking: AbortController;
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
  readonly #held: HeldBatches;
  /** Keys of the batches being accepted. */
  readonly #accepting = new Set<string>();
  readonly #stopTaking: AbortController;
  readonly #puller: BatchPuller;

  constructor(options: NatsQueueOptions) {
    this.#options = options;
    this.#stopTaking = options.stopTaking;
    const isInput = options.job.record.kind === 'input';
    this.alerts = options.alerts;
    this.folders = isInput ? undefined : options.folders;
    this.feeding = isInput ? options.feed : undefined;
    this.background = options.background;
    this.#held = new HeldBatches(options.settled);
    this.#puller = new BatchPuller(options);
  }

  /** Objects of the batches that this machine has taken and not settled. */
  get openObjects(): number {
    return this.#held.openObjects;
  }

  /** Batches that this machine has taken and not settled. */
  get held(): number {
    return this.#held.size;
  }

  put(batch: Batch): Promise<boolean> {
    return this.#options.feed.put(batch);
  }

  /** Does nothing: the tables show a complete listing, and a feeder reports its end (see {@link BatchFeed}). */
  close(): void {}

  async *take(): AsyncGenerator<Batch, void, void> {
    const { progress, admission, gate } = this.#options;
    const { signal } = this.#stopTaking;
    for (const open of await this.#options.openBatches.read()) {
      const held = await this.#takeUp(open);
      if (held !== undefined) yield held.batch;
    }
    while (!signal.aborted) {
      await this.#held.untilWanted(signal);
      if (!gate.isOpen) await orAborted(gate.opened(), signal).catch(() => {});
      const isOpen = await admission.opened(signal);
      if (signal.aborted) return;
      let accepted: HeldBatch[] = [];
      try {
        if (!isOpen) {
          if ((await progress.look()).isComplete) return;
          continue;
        }
        const { leases, isOwn } = await this.#puller.pull(this.#held.wanted, signal);
        if (signal.aborted) {
          for (const lease of leases) lease.nack();
          return;
        }
        // To accept a batch is mostly to wait for the disk; parallel batches share that wait.
        const taken = await Promise.all(leases.map((lease) => this.#accept(lease, { isOwn })));
        accepted = taken.filter((held) => held !== undefined);
        if (leases.length === 0 && (await progress.look()).isComplete) return;
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      for (const { batch } of accepted) yield batch;
    }
  }

  ack(batch: Batch): void {
    const held = this.#held.get(batch.key);
    if (held !== undefined) this.#options.commits.settled(held);
    if (this.#held.openObjects === 0) this.#options.commits.hurry();
  }

  /** False when this machine does not hold the batch (any more). */
  nack(batch: Batch, _why: NackReason): boolean {
    const held = this.#held.get(batch.key);
    if (held === undefined) return false;
    held.isNacked = true;
    // Before this machine takes batches again, its disks must have room for this one.
    this.#options.admission.full(held.bytes);
    return true;
  }

  leave(): void {
    this.#stopTaking.abort(new Error(say.queue.machine.leaves));
  }

  /** Requeues all held batches; none of their objects is under way. */
  async requeueAll(): Promise<void> {
    for (const held of this.#held.all()) await this.#options.commits.requeue(held);
  }

  /** For the commits: this machine no longer holds the batch. */
  released({ content, bytes }: HeldBatch): void {
    this.#held.remove(content.key);
    this.#options.admission.released(bytes);
  }

  gauges(): Readonly<Record<string, unknown>> {
    return { heldParts: this.held, queuedParts: this.#options.feed.backlog };
  }

  /** Resumes a batch of an earlier run, unless another machine has finished it since. */
  async #takeUp(open: OpenBatch): Promise<HeldBatch | undefined> {
    const { nats, job, worker, commits } = this.#options;
    const { signal } = this.#stopTaking;
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
    else await commits.discard(open.content, open.opening);
    return undefined;
  }

  async #accept(lease: Lease, { isOwn }: { isOwn: boolean }): Promise<HeldBatch | undefined> {
    const { nats, job, heartbeat, openBatches, admission, deadLetters } = this.#options;
    const content = await deadLetters.read(lease, 'parts', decodeBatch);
    if (content === undefined) return undefined;
    const { key } = content;
    const held = this.#held.get(key);
    if (held !== undefined) {
      // The server delivers a batch again while this machine works on it: Sluice answers the new message.
      if (held.lease !== undefined) heartbeat.remove(held.lease);
      held.lease = lease;
      heartbeat.add(lease);
      return undefined;
    }
    // The same batch arrives twice at once: its page was listed twice.
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
      const open = admission.takes(bytes) ? await openBatches.begin(content) : undefined;
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

  /** Whether another machine has to do the batch, or no machine can do it now. */
  async #isElsewhere(lease: Lease, content: BatchContent): Promise<boolean> {
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

  #hold(open: OpenBatch, how: { lease: Lease | undefined; isOwn: boolean }): HeldBatch {
    const held = this.#held.add(open, how);
    this.#options.admission.held(held.bytes);
    return held;
  }
}
