/**
 * Delivers the pages of a listing, deepest first. So depth and page size bound what waits; the stream itself has no
 * limit. (A limit would deadlock the job: all listers hold a page and wait to publish its folders, and no lister is
 * left to take them. Measured with 300 folders: after 13 pages.)
 */

import type { EventBus } from '../../../events/bus.js';
import { crashPoint } from '../../../lib/process/crash-point.js';
import { orAborted } from '../../../lib/waiting/or-aborted.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import type { Gate } from '../../../pacing/limits/gate.js';
import type { SharedFolder, SharedFolders, SharedPageFound } from '../../../sources/listing/shared-folders.js';
import { say } from '../../../texts/say.js';
import { isDone, isListed } from '../connection/forms.js';
import type { LeaseHeartbeat } from '../connection/lease-heartbeat.js';
import {
  batchNameIn,
  decodeFolder,
  depthOf,
  encodeFolder,
  type FolderMessage,
  failureNameIn,
  pageName,
} from '../connection/messages.js';
import { DEPTHS } from '../connection/names.js';
import { type Lease, pull } from '../connection/pull.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, type ListedRecord, readEntry } from '../connection/records.js';
import type { DeadLetters } from '../job/dead-letters.js';
import type { JobSupervisor } from '../job/job-supervisor.js';
import type { SharedJob } from '../job/shared-job.js';

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** How many takes until Sluice also asks the depths below the deepest known one. */
const FULL_ROUND = 16;
/** Folders of a page that are published at once. */
const PUBLISHED_AT_ONCE = 64;

export interface FolderQueueOptions {
  nats: QueueConnection;
  job: SharedJob;
  progress: JobSupervisor;
  heartbeat: LeaseHeartbeat;
  events: Pick<EventBus, 'notice'>;
  deadLetters: DeadLetters;
  /** See `SessionOptions`. */
  gate: Pick<Gate, 'isOpen' | 'opened'>;
  /** This machine stops after the listing, not after the job. */
  isListingOnly: boolean;
}

export class FolderQueue implements SharedFolders {
  readonly #options: FolderQueueOptions;
  #deepest = 0;
  #hasSaidGrown = false;
  #round = 0;
  #wake: (() => void) | undefined;
  #isDry = false;

  constructor(options: FolderQueueOptions) {
    this.#options = options;
  }

  get isDry(): boolean {
    return this.#isDry;
  }

  async take(signal: AbortSignal): Promise<SharedFolder | undefined> {
    const { progress, isListingOnly, gate } = this.#options;
    for (let pauseMs = SHORTEST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      if (!gate.isOpen) await orAborted(gate.opened(), signal).catch(() => {});
      if (signal.aborted) return undefined;
      const folder = await this.#takeDeepest(signal);
      this.#isDry = folder === undefined;
      if (folder !== undefined) return folder;
      if (signal.aborted) return undefined;
      const { isListed, isComplete } = await progress.look();
      if (isComplete || (isListed && isListingOnly)) return undefined;
      await this.#pause(pauseMs, signal);
    }
    return undefined;
  }

  /**
   * A page that has grown has more batches than before. Objects of its last batch may have moved into the new batches;
   * to fetch those would fetch objects twice. So this returns only batches that the page had at first.
   */
  async missing({ scope, cursor, batchName }: SharedFolder, batches: number): Promise<ReadonlySet<number>> {
    const { events } = this.#options;
    const before = (await this.#listed({ scope, cursor, pass: 0 }))?.p ?? batches;
    if (before < batches && !this.#hasSaidGrown) {
      this.#hasSaidGrown = true;
      events.notice('folder-grew', say.queue.job.grown);
    }
    const missing = new Set<number>();
    for (let index = 0; index < Math.min(before, batches); index++) {
      if (!(await this.isDone(batchName(index)))) missing.add(index);
    }
    return missing;
  }

  async isDone(batch: string): Promise<boolean> {
    const { nats, job } = this.#options;
    return (await nats.ask(() => readEntry(job.tables.done, batch, isDone))) !== undefined;
  }

  async #takeDeepest(signal: AbortSignal): Promise<SharedFolder | undefined> {
    const { nats, job, deadLetters, progress } = this.#options;
    const { names } = job;
    const top = this.#round++ % FULL_ROUND === 0 ? DEPTHS - 1 : Math.min(this.#deepest + 1, DEPTHS - 1);
    for (let depth = top; depth >= 0; depth--) {
      const place = { stream: names.folders, consumer: names.folderConsumer(depth), waitMs: 0 };
      for (;;) {
        const lease = await nats.ask(() => pull(nats, place), signal);
        if (lease === undefined) break;
        this.#deepest = Math.max(this.#deepest, depth);
        const message = await deadLetters.read(lease, 'folders', decodeFolder);
        if (message === undefined) continue;
        if (message.pass > progress.pass.number && message.pass > (await progress.lookAtPass()).number) {
          await deadLetters.put(lease, 'folders', say.queue.strange.futurePass);
          continue;
        }
        const listed = await this.#listed(message);
        if (listed === undefined) return this.#hold(lease, message);
        // The machine that has entered it may have been gone before it published what follows.
        if (lease.deliveries > 1) await this.#publishAll(followersOf(message, listed));
        lease.ack();
      }
    }
    return undefined;
  }

  #hold(lease: Lease, message: FolderMessage): SharedFolder {
    const { heartbeat } = this.#options;
    const { scope, cursor, pass } = message;
    heartbeat.add(lease);
    return {
      scope,
      cursor,
      batchName: (index) => batchNameIn(pageName(message), index),
      failureName: failureNameIn(pageName(message)),
      isAudit: pass > 0,
      nack: () => {
        heartbeat.remove(lease);
        lease.nack();
      },
      listed: async (found) => {
        try {
          await this.#handIn(message, found);
          lease.ack();
        } finally {
          heartbeat.remove(lease);
        }
      },
    };
  }

  /**
   * Publishes the next pages first, then enters the page: after a crash in between, the page is listed again. Where the lister
   * decides what follows, it may then decide otherwise: so its page is entered first, with what follows.
   */
  async #handIn(message: FolderMessage, found: SharedPageFound): Promise<void> {
    const { nats, job } = this.#options;
    const { batches, objects, bytes, isOwnChoice } = found;
    const known = isOwnChoice && message.pass > 0 ? await this.#listed({ ...message, pass: 0 }) : undefined;
    const { s = [], x } = known?.s === undefined ? { s: found.scopes, x: found.nextCursor } : known;
    const record: ListedRecord = {
      p: batches,
      d: s.length,
      n: x === undefined ? 0 : 1,
      f: message.cursor === undefined ? 1 : 0,
      o: objects,
      b: bytes,
      ...(isOwnChoice && { s, x }),
    };
    if (!isOwnChoice) await this.#publishAll(followersOf(message, { s, x }));
    const isFirst = await nats.ask(() => createEntry(job.tables.listed, keyOf(message), record, isListed));
    crashPoint('page.entered');
    // (If another machine was first, what it has entered counts.)
    if (isOwnChoice) await this.#publishAll(followersOf(message, isFirst ? record : await this.#listed(message)));
    this.#wake?.();
  }

  async #listed(message: FolderMessage): Promise<ListedRecord | undefined> {
    const { nats, job } = this.#options;
    return (await nats.ask(() => readEntry(job.tables.listed, keyOf(message), isListed)))?.value;
  }

  async #publishAll(next: readonly FolderMessage[]): Promise<void> {
    for (let start = 0; start < next.length; start += PUBLISHED_AT_ONCE) {
      await Promise.all(next.slice(start, start + PUBLISHED_AT_ONCE).map((one) => this.#publish(one)));
    }
  }

  async #publish(message: FolderMessage): Promise<void> {
    const { nats, job } = this.#options;
    const depth = depthOf(message.scope);
    const msgID = keyOf(message);
    await nats.ask(() => nats.js.publish(job.names.folderSubject(depth), encodeFolder(message), { msgID }));
    this.#deepest = Math.max(this.#deepest, Math.min(depth, DEPTHS - 1));
  }

  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(delayMs, AbortSignal.any([signal, woken.signal])).catch(() => {});
    this.#wake = undefined;
  }
}

/** The pages that follow a page. */
function followersOf(
  { scope, pass }: FolderMessage,
  { s = [], x }: Pick<ListedRecord, 's' | 'x'> = {},
): FolderMessage[] {
  const next = s.map((one): FolderMessage => ({ scope: one, cursor: undefined, pass }));
  return x === undefined ? next : [...next, { scope, cursor: x, pass }];
}

/** The key of a page in `listed`. */
function keyOf(message: FolderMessage): string {
  return `${message.pass}.${pageName(message)}`;
}
