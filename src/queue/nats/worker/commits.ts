/**
 * The end of every part that this machine has taken: its files are brought to the platter, then the part is entered as done. Whoever
 * enters it first has it; another machine that has fetched it, too, takes its own copies away again, so that no object ends twice.
 */

import type { Reporter } from '../../../events/reporter.js';
import type { Stats } from '../../../events/stats.js';
import { crashPoint } from '../../../lib/process/crash-point.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import type { PageProgress } from '../../../model/page-progress.js';
import type { Part } from '../../../model/part.js';
import { isDone } from '../connection/forms.js';
import type { LeaseHeartbeat } from '../connection/lease-heartbeat.js';
import type { PartContent } from '../connection/messages.js';
import type { Lease } from '../connection/pull.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, type DoneRecord, readEntry } from '../connection/records.js';
import type { SharedJob } from '../job/job.js';
import { publishKeys } from '../job/key-lists.js';
import type { Opening, OpenParts } from './open-parts.js';

/** A part that this machine has taken. */
export interface HeldPart {
  readonly content: PartContent;
  readonly part: Part;
  readonly page: PageProgress;
  readonly opening: Opening;
  readonly bytes: number;
  /** None of a part that a run before had begun: its message comes again some day. */
  lease: Lease | undefined;
  /** It is not to be finished here. */
  isSurrendered: boolean;
}

/** What is done with the files of parts. */
export interface PartFiles {
  /** What was stored on these volumes is on the platter. */
  barrier(volumes: Iterable<number>): Promise<void>;
  /** Removes the files of these keys that are not older than that; what lay there before stays. */
  withdraw(keys: readonly string[], since: Opening): Promise<void>;
  /** How long the log of digests of each volume is now. */
  logBytes?(): Promise<Readonly<Record<string, number>>>;
}

export interface ClaimsOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  files: PartFiles;
  openParts: OpenParts;
  heartbeat: LeaseHeartbeat;
  stats: Stats;
  reporter: Pick<Reporter, 'notice'>;
  /** Takes the lines of what failed. */
  failures: { record(line: string): Promise<void> | undefined } | undefined;
  /** Told of each part that is not held any more. */
  onReleased: (held: HeldPart) => void;
}

/** The pause between two rounds is this many times as long as the last one took, as between two checkpoints. */
const PAUSE_FACTOR = 3;
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** Parts entered at once. */
const AT_ONCE = 64;

export class Commits {
  readonly #options: ClaimsOptions;
  #settled: HeldPart[] = [];
  #hasEnded = false;
  #wake: (() => void) | undefined;
  #hurry = new AbortController();
  #isHurried = false;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** All objects of it have met their end, or it is given up. */
  settled(held: HeldPart): void {
    this.#settled.push(held);
    this.#wake?.();
  }

  /** Until `end` is called. Rejects when the stats of this machine cannot be kept. */
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
      const tookMs = performance.now() - beganMs;
      // More settle meanwhile, and share one sync.
      await this.#pause(Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, PAUSE_FACTOR * tookMs)));
    }
  }

  /** Nothing else is under way here that would settle soon: no reason to wait for more. */
  hurry(): void {
    this.#isHurried = true;
    this.#hurry.abort();
  }

  /** Nothing settles any more. */
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

  async #enterAll(batch: readonly HeldPart[]): Promise<void> {
    const { files, reporter } = this.#options;
    const finished = batch.filter(({ isSurrendered }) => !isSurrendered);
    const volumes = new Set(finished.flatMap(({ page }) => [...page.volumes]));
    let isSafe = true;
    try {
      crashPoint('claim.settled');
      await files.barrier(volumes);
      crashPoint('claim.synced');
    } catch (error) {
      isSafe = false;
      reporter.notice(
        'queue-returned',
        `${(error as Error).message}; ${finished.length} parts that were stored there are given back to the other machines`,
      );
    }
    await Promise.all(batch.map((held) => (isSafe && !held.isSurrendered ? this.#enter(held) : this.surrender(held))));
  }

  async #enter(held: HeldPart): Promise<void> {
    const { nats, job, worker, openParts } = this.#options;
    const { content, page } = held;
    const failureLines = page.failureLines;
    if (failureLines.length > 0) await openParts.save({ content, opening: held.opening, failureLines });
    const record: DoneRecord = { w: worker, t: page.tally.toRow() };
    // First: whoever compares the machines has to know of every part that is done what was in it.
    await publishKeys(nats, job.names, { worker, content });
    const isMine = await nats.ask(async () => {
      if (await createEntry(job.tables.done, content.key, record, isDone)) return true;
      // An answer that was lost makes it look as if somebody else had been first.
      return (await readEntry(job.tables.done, content.key, isDone))?.value.w === worker;
    });
    crashPoint('claim.entered');
    if (isMine) {
      await this.finish(content.key, failureLines);
      held.lease?.ack();
      this.#release(held);
    } else {
      await this.#takeAway(held);
      held.lease?.ack();
      this.#release(held);
    }
  }

  /** It is this machine's: what failed goes to the list, and nothing is left to remember. */
  async finish(key: string, failureLines: readonly string[]): Promise<void> {
    const { failures, openParts } = this.#options;
    for (const line of failureLines) await failures?.record(line);
    await openParts.remove(key);
  }

  /** It goes back whole: what was stored of it here is taken away, and another machine may have it at once. */
  async surrender(held: HeldPart): Promise<void> {
    await this.#takeAway(held);
    held.lease?.giveBack();
    this.#release(held);
  }

  /** What a run before has stored of a part that another machine has finished. */
  async takeAway(content: PartContent, opening: Opening): Promise<void> {
    const { files, openParts } = this.#options;
    await files.withdraw(
      content.entries.map(({ key }) => key),
      opening,
    );
    await openParts.remove(content.key);
  }

  async #takeAway(held: HeldPart): Promise<void> {
    const { stats } = this.#options;
    await this.takeAway(held.content, held.opening);
    stats.withdraw(held.page.tally);
  }

  #release(held: HeldPart): void {
    const { heartbeat, onReleased } = this.#options;
    if (held.lease !== undefined) heartbeat.remove(held.lease);
    onReleased(held);
  }
}
