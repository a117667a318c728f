/**
 * Commits each batch that this machine has taken: Sluice flushes its files, then enters the batch as done. The first
 * machine to enter a batch owns it. A second machine that has fetched it, too, deletes its own copies, so that no
 * object counts twice.
 */

import type { EventBus } from '../../../events/bus.js';
import type { Stats } from '../../../events/stats.js';
import { crashPoint } from '../../../lib/process/crash-point.js';
import { pauseAfter } from '../../../lib/waiting/flush-pause.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import { say } from '../../../texts/say.js';
import { isDone } from '../connection/forms.js';
import type { LeaseHeartbeat } from '../connection/lease-heartbeat.js';
import type { BatchContent } from '../connection/messages.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, type DoneRecord, readEntry } from '../connection/records.js';
import { publishKeys } from '../job/key-lists.js';
import type { SharedJob } from '../job/shared-job.js';
import type { HeldBatch } from './held-batches.js';
import type { OpenBatches, Opening } from './open-batches.js';

/** Acts on the files of batches. */
export interface BatchFiles {
  /** Flushes what was stored on these volumes. */
  barrier(volumes: Iterable<number>): Promise<void>;
  /** Removes the files of these keys unless they are older than `since`. */
  removeSince(keys: readonly string[], since: Opening): Promise<void>;
  /** The current length in bytes of each volume's digest log. */
  logBytes?(): Promise<Readonly<Record<string, number>>>;
}

export interface CommitsOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  files: BatchFiles;
  openBatches: OpenBatches;
  heartbeat: LeaseHeartbeat;
  stats: Stats;
  events: Pick<EventBus, 'notice'>;
  /** Takes the failure lines. */
  failures: { record(line: string): Promise<void> | undefined } | undefined;
  /** Called for each batch that this machine no longer holds. */
  onReleased: (held: HeldBatch) => void;
}

/** Batches per round. */
const AT_ONCE = 64;

export class Commits {
  readonly #options: CommitsOptions;
  #settled: HeldBatch[] = [];
  #hasEnded = false;
  #wake: (() => void) | undefined;
  #hurry = new AbortController();
  #isHurried = false;

  constructor(options: CommitsOptions) {
    this.#options = options;
  }

  /** All objects of the batch are settled, or this machine requeues it. */
  settled(held: HeldBatch): void {
    this.#settled.push(held);
    this.#wake?.();
  }

  /** Runs until `end` is called. Rejects when this machine cannot write its open batches or failures. */
  async run(): Promise<void> {
    while (!this.#hasEnded || this.#settled.length > 0) {
      if (this.#settled.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
        continue;
      }
      const beganMs = performance.now();
      await this.#enterAll(this.#settled.splice(0, AT_ONCE));
      // More batches settle during the pause and share one flush.
      await this.#pause(pauseAfter(performance.now() - beganMs));
    }
  }

  /** No other batch here settles soon: do not wait for more. */
  hurry(): void {
    this.#isHurried = true;
    this.#hurry.abort();
  }

  /** No more batches settle. */
  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
    this.hurry();
  }

  async #pause(delayMs: number): Promise<void> {
    if (!this.#hasEnded && !this.#isHurried) {
      this.#hurry = new AbortController();
      await sleep(delayMs, this.#hurry.signal).catch(() => {});
    }
    this.#isHurried = false;
  }

  async #enterAll(group: readonly HeldBatch[]): Promise<void> {
    const { files, events } = this.#options;
    const finished = group.filter(({ isNacked }) => !isNacked);
    const volumes = new Set(finished.flatMap(({ page }) => [...page.volumes]));
    let isSafe = true;
    try {
      crashPoint('commit.settled');
      await files.barrier(volumes);
      crashPoint('commit.synced');
    } catch (error) {
      isSafe = false;
      events.notice('queue-returned', say.queue.machine.requeued((error as Error).message, finished.length));
    }
    await Promise.all(group.map((held) => (isSafe && !held.isNacked ? this.#enter(held) : this.requeue(held))));
  }

  async #enter(held: HeldBatch): Promise<void> {
    const { nats, job, worker, openBatches } = this.#options;
    const { content, page } = held;
    const failureLines = page.failureLines;
    if (failureLines.length > 0) await openBatches.save({ content, opening: held.opening, failureLines });
    const record: DoneRecord = { w: worker, t: page.tally.toRow() };
    // Publish the keys first: a comparison of the machines needs the keys of every done batch.
    await publishKeys(nats, job.names, { worker, content });
    const isMine = await nats.ask(async () => {
      if (await createEntry(job.tables.done, content.key, record, isDone)) return true;
      // After a lost reply, this machine's own entry looks like another machine's.
      return (await readEntry(job.tables.done, content.key, isDone))?.value.w === worker;
    });
    crashPoint('commit.entered');
    if (isMine) {
      await this.finish(content.key, failureLines);
      held.lease?.ack();
      this.#release(held);
    } else {
      await this.#discard(held);
      held.lease?.ack();
      this.#release(held);
    }
  }

  /** The batch belongs to this machine: writes its failures to the list and removes its note. */
  async finish(key: string, failureLines: readonly string[]): Promise<void> {
    const { failures, openBatches } = this.#options;
    for (const line of failureLines) await failures?.record(line);
    await openBatches.remove(key);
  }

  /** Requeues the whole batch: deletes what this machine has stored of it; another machine may take it at once. */
  async requeue(held: HeldBatch): Promise<void> {
    await this.#discard(held);
    held.lease?.nack();
    this.#release(held);
  }

  /** Deletes what an earlier run has stored of a batch that another machine has finished. */
  async discard(content: BatchContent, opening: Opening): Promise<void> {
    const { files, openBatches } = this.#options;
    await files.removeSince(
      content.entries.map(({ key }) => key),
      opening,
    );
    await openBatches.remove(content.key);
  }

  async #discard(held: HeldBatch): Promise<void> {
    const { stats } = this.#options;
    await this.discard(held.content, held.opening);
    stats.subtractListed(held.page.tally);
  }

  #release(held: HeldBatch): void {
    const { heartbeat, onReleased } = this.#options;
    if (held.lease !== undefined) heartbeat.remove(held.lease);
    onReleased(held);
  }
}
