/**
 * How far a job is; the tables alone decide. When the server has nothing to deliver but the tables miss something,
 * this module recovers it: messages lost with the server's machine, or messages that the server does not deliver.
 */
import { TransferError } from '../../../errors.js';
import type { EventBus } from '../../../events/bus.js';
import { say } from '../../../texts/say.js';
import { batchesBacklog, foldersBacklog, repairConsumers, resetConsumers } from '../connection/consumers.js';
import { isMark, isReset, type ResetRecord } from '../connection/forms.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, hasEntry, META, type PassRecord, readEntry, updateEntry } from '../connection/records.js';
import { readAffineWorkers } from './affinity.js';
import { balanceOf, isStillWhole, StillnessWatch, type TableCounts } from './decisions.js';
import { readFeeders } from './feeders.js';
import { Ledger } from './ledger.js';
import { beginPass, readPass } from './listing-passes.js';
import type { SharedJob } from './shared-job.js';
import { heldBatches } from './workers.js';

/** Limit of consecutive passes that look for missing batches. After that another pass does not help. */
const PASSES_LIMIT = 5;
/** From 2.12 on a server keeps acknowledgements through a crash (release notes of nats-server). */
const SAFE_VERSION = [2, 12, 0];

export interface JobProgress {
  /** Every page is listed, or every input is read. */
  readonly isListed: boolean;
  readonly isComplete: boolean;
}

export class JobSupervisor {
  readonly ledger: Ledger;
  readonly #nats: QueueConnection;
  readonly #job: SharedJob;
  readonly #events: Pick<EventBus, 'notice'>;
  #last: JobProgress = { isListed: false, isComplete: false };
  #pass: PassRecord = { number: 0, wanted: 0 };
  readonly #stillness: StillnessWatch;
  #toldReaders = '';
  #hasToldBadEntries = false;
  #looking: Promise<JobProgress> | undefined;

  constructor(nats: QueueConnection, job: SharedJob, events: Pick<EventBus, 'notice'>) {
    this.#nats = nats;
    this.#job = job;
    this.#events = events;
    this.ledger = new Ledger(nats, job.names);
    this.#stillness = new StillnessWatch(job.record.leaseMs);
  }

  /** The result of the last look. */
  get last(): JobProgress {
    return this.#last;
  }

  /** The current pass. */
  get pass(): PassRecord {
    return this.#pass;
  }

  /** Reads the new entries. Callers that ask at the same time share one read. */
  look(): Promise<JobProgress> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<JobProgress> {
    const { meta } = this.#job.tables;
    const ask = <T>(work: () => Promise<T>) => this.#nats.ask(work);
    const complete = await ask(() => readEntry(meta, META.complete, isMark));
    await this.ledger.refresh();
    this.#sayBadEntries();
    await this.lookAtPass();
    if (complete !== undefined) {
      if (await this.#isWhole()) {
        this.#last = { isListed: true, isComplete: true };
        return this.#last;
      }
      await this.#reopen();
    }
    let { isListed, isDone } = await this.#balance();
    if (isListed && isDone && this.#pass.number >= this.#pass.wanted) {
      // The server may have lost entries that this machine counted earlier.
      await this.ledger.reread();
      ({ isListed, isDone } = await this.#balance());
      if (isListed && isDone)
        await ask(() => createEntry(meta, META.complete, { at: new Date().toISOString() }, isMark));
      this.#last = { isListed, isComplete: isListed && isDone };
    } else {
      this.#last = { isListed: isListed && this.#pass.number >= this.#pass.wanted, isComplete: false };
      if (isListed && isDone) await this.#walkAgain();
    }
    return this.#last;
  }

  /** Reads the number of the current pass. Without a valid entry it uses the last pass in the pages. */
  async lookAtPass(): Promise<PassRecord> {
    const { lastPass } = this.ledger;
    this.#pass = await readPass(this.#nats, this.#job.tables, { number: lastPass, wanted: lastPass });
    return this.#pass;
  }

  /** Whether the tables still hold all that made the job complete. */
  async #isWhole(): Promise<boolean> {
    if (this.#hasAll()) return true;
    await this.ledger.reread();
    return this.#hasAll();
  }

  #hasAll(): boolean {
    return isStillWhole(this.#counts());
  }

  /** Another program has removed or overwritten table entries of a complete job. */
  async #reopen(): Promise<void> {
    const { meta } = this.#job.tables;
    await this.#nats.ask(() => meta.delete(META.complete));
    this.#events.notice('queue-tables', say.queue.strange.reopened(this.#job.names.job));
  }

  #sayBadEntries(): void {
    const { badEntries } = this.ledger;
    if (badEntries === 0 || this.#hasToldBadEntries) return;
    this.#hasToldBadEntries = true;
    this.#events.notice('queue-tables', say.queue.strange.tables(this.#job.names.job, badEntries));
  }

  async #balance(): Promise<{ isListed: boolean; isDone: boolean }> {
    const counts = this.#counts();
    const { isListed, isDone } = balanceOf(counts);
    if (counts.kind === 'listing') return { isListed, isDone };
    // Read the feeders only when the answer matters.
    return { isListed: isDone && (await readFeeders(this.#nats, this.#job)).isFed, isDone };
  }

  #counts(): TableCounts {
    const kind = this.#job.record.kind === 'input' ? 'input' : 'listing';
    const pass = kind === 'input' ? 0 : this.#pass.number;
    return { kind, pass, counts: this.ledger.pass(pass), doneBatches: this.ledger.doneBatches };
  }

  /** Runs now and then on every machine. Makes the server deliver missing work again; the first machine does it. */
  async tend(): Promise<void> {
    const { isComplete } = await this.look();
    if (isComplete) return;
    const { names, record } = this.#job;
    const batches = await this.#nats.ask(() => batchesBacklog(this.#nats, names));
    const folders = await this.#nats.ask(() => foldersBacklog(this.#nats, names));
    const backlog = { waiting: batches.waiting + folders.waiting, leased: batches.leased + folders.leased };
    const position = `${this.ledger.doneBatches} ${this.ledger.pass(this.#pass.number).pages} ${this.#pass.number}`;
    const step = this.#stillness.look(backlog, position, performance.now());
    if (step === 'wait') return;
    if (step === 'stuck') {
      // A machine with a large batch or a slow line is not stuck.
      if (folders.leased === 0 && (await heldBatches(this.#nats, this.#job)) >= batches.leased) return;
      await this.#reset({ stuck: `${Math.floor(Date.now() / (2 * record.leaseMs))}` });
      return;
    }
    const affinity = await readAffineWorkers(this.#nats, this.#job.tables);
    if (!(await repairConsumers(this.#nats, names, { affinity, leaseMs: record.leaseMs })))
      await this.#lookForMissing();
  }

  /**
   * Runs at the start and after a restart of the server: after an unclean stop, an old version keeps messages that it
   * never delivers.
   */
  async recover(): Promise<void> {
    const isSafe = this.#nats.isAtLeast(SAFE_VERSION);
    if (!isSafe) await this.#reset({ server: this.#nats.serverId });
  }

  async #lookForMissing(): Promise<void> {
    const isInput = this.#job.record.kind === 'input';
    const { isFed, open } = isInput ? await readFeeders(this.#nats, this.#job) : { isFed: true, open: [] };
    if (!isFed) return this.#tellReaders(open);
    await this.ledger.reread();
    const { isListed, isDone } = await this.#balance();
    if (isListed && isDone) return;
    if (isInput) {
      const lost = this.ledger.pass(0).batches - this.ledger.doneBatches;
      throw new TransferError('ERR_QUEUE', say.queue.job.lost(lost, this.#job.names.job));
    }
    const isSeeded = await this.#nats.ask(() => hasEntry(this.#job.tables.meta, META.seeded));
    if (isSeeded) await this.#walkAgain();
  }

  /** All batches read so far are done. The job waits for open feeders, or for a first one. */
  #tellReaders(open: readonly string[]): void {
    const { job } = this.#job.names;
    const { waitsForFeeder, waitsForInput } = say.queue.job;
    const message = open.length === 0 ? waitsForFeeder(job) : waitsForInput(job, open.join(', '));
    if (this.#toldReaders === message) return;
    this.#toldReaders = message;
    this.#events.notice('queue-waits', message);
  }

  async #walkAgain(): Promise<void> {
    const begun = await beginPass(this.#nats, this.#job, { from: this.#pass.number, limit: PASSES_LIMIT });
    if (begun === undefined) return;
    const { number, wanted } = begun;
    const { relistedForAudit, relistedForMissing } = say.queue.job;
    this.#events.notice('queue-relisted', number < wanted ? relistedForAudit : relistedForMissing);
  }

  /** Recreates the consumers once for each reason; the first machine does it. */
  async #reset(reason: ResetRecord): Promise<void> {
    const { tables, names, record } = this.#job;
    const entry = await this.#nats.ask(() => readEntry(tables.meta, META.reset, isReset));
    const next: ResetRecord = { ...entry?.value, ...reason };
    if (next.server === entry?.value.server && next.stuck === entry?.value.stuck) return;
    const isMine = await this.#nats.ask(() =>
      entry === undefined
        ? createEntry(tables.meta, META.reset, next, isReset)
        : updateEntry(tables.meta, META.reset, next, entry.revision),
    );
    // The consumers of a new job are correct.
    if (isMine && (entry !== undefined || reason.server === undefined))
      await resetConsumers(this.#nats, names, record.leaseMs);
  }
}
