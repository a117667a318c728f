/** The producer side of the queue between machines: takes batches while the queue has room. */
import { randomUUID } from 'node:crypto';
import { sleep } from '../../../lib/waiting/sleep.js';
import type { Batch } from '../../../model/batch.js';
import type { Feeding } from '../../work-queue.js';
import { batchesBacklog } from '../connection/consumers.js';
import { isListed } from '../connection/forms.js';
import { batchNameOf, encodeBatch } from '../connection/messages.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, type FeederRecord, type ListedRecord, META } from '../connection/records.js';
import type { JobSupervisor } from '../job/job-supervisor.js';
import type { SharedJob } from '../job/shared-job.js';
import { bytesOf, objectsIn } from './batch-sizes.js';

/** How long a read of the backlog stays valid. */
const BACKLOG_MS = 50;
const FULL_PAUSE_MS = [30, 500] as const;

export interface BatchFeedOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  progress: JobSupervisor;
  /** When so many batches of all machines wait or are under way, `put` waits. */
  limit: number;
  /** Aborts all waits. */
  stopTaking: AbortSignal;
}

export class BatchFeed implements Feeding {
  readonly #options: BatchFeedOptions;
  readonly #run = randomUUID();
  #backlog = { count: 0, atMs: Number.NEGATIVE_INFINITY };
  #fed = 0;
  #isFeeding = false;
  #isWaiting = false;

  constructor(options: BatchFeedOptions) {
    this.#options = options;
  }

  /** A producer waits for room. */
  get isFull(): boolean {
    return this.#isWaiting;
  }

  /** Batches that wait or are under way, as of the last read. */
  get backlog(): number {
    return this.#backlog.count;
  }

  /** Waits for room. False when this machine leaves; then the batch may not be in the queue. */
  async put(batch: Batch): Promise<boolean> {
    const { nats, job, progress, stopTaking } = this.#options;
    if (!(await this.#hasRoom())) return false;
    const isInput = job.record.kind === 'input';
    const key = batch.key ?? batchNameOf(batch);
    const message = encodeBatch({ ...batch, key });
    // The server must not take this batch for a duplicate of one that an earlier pass or another run has published.
    const msgID = `${isInput ? this.#run : progress.pass.number}.${key}`;
    const record: ListedRecord = { p: 1, d: 0, n: 0, f: 0, o: objectsIn(batch), b: bytesOf(batch) };
    try {
      await nats.ask(() => nats.js.publish(job.names.batchSubject, message, { msgID }), stopTaking);
      if (isInput) await nats.ask(() => createEntry(job.tables.listed, `0.${key}`, record, isListed), stopTaking);
    } catch (error) {
      if (stopTaking.aborted) return false;
      throw error;
    }
    this.#backlog.count++;
    this.#fed++;
    return true;
  }

  /** This process begins to read an input into the job. */
  async begin(): Promise<void> {
    const { nats, job } = this.#options;
    this.#isFeeding = true;
    await this.#sayFeeder('open');
    // The new batches have to be fetched even when the job was complete.
    await nats.ask(() => job.tables.meta.delete(META.complete));
  }

  /** This process has read its input to the end. */
  async end(): Promise<void> {
    if (this.#isFeeding) await this.#sayFeeder('closed');
    this.#isFeeding = false;
  }

  async #sayFeeder(state: FeederRecord['state']): Promise<void> {
    const { nats, job, worker } = this.#options;
    const record: FeederRecord = { state, parts: this.#fed };
    await nats.ask(() => job.tables.meta.put(META.feeder(worker), JSON.stringify(record)));
  }

  /**
   * Waits until fewer than `limit` batches wait or are under way. False when this machine leaves. (A limit of the
   * stream itself would be exact, but loses batches: see layout.ts.)
   */
  async #hasRoom(): Promise<boolean> {
    const { nats, job, limit, stopTaking: signal } = this.#options;
    const [shortestMs, longestMs] = FULL_PAUSE_MS;
    for (let pauseMs = shortestMs as number; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestMs)) {
      if (performance.now() - this.#backlog.atMs > BACKLOG_MS || this.#backlog.count >= limit) {
        const { waiting, leased } = await nats.ask(() => batchesBacklog(nats, job.names));
        this.#backlog = { count: waiting + leased, atMs: performance.now() };
      }
      if (this.#backlog.count < limit) {
        this.#isWaiting = false;
        return true;
      }
      this.#isWaiting = true;
      await sleep(pauseMs * (0.5 + Math.random()), signal).catch(() => {});
    }
    this.#isWaiting = false;
    return false;
  }
}
