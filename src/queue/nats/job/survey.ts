/** Inspects jobs from outside: names, progress, workers. It also removes jobs and forgets workers. */

import { TransferError } from '../../../errors.js';
import type { Tally } from '../../../model/tally.js';
import { say } from '../../../texts/say.js';
import { batchesBacklog, foldersBacklog } from '../connection/consumers.js';
import { isDone, isMark } from '../connection/forms.js';
import { bindTables, type Tables } from '../connection/layout.js';
import { type JobNames, jobOfStream, namesOf, streamsOf } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { isGone } from '../connection/queue-errors.js';
import { hasEntry, type JobRecord, listed, META, parseEntry, readEntry } from '../connection/records.js';
import { lastSequenceOf } from '../connection/stream-reader.js';
import { forgetAffinity } from './affinity.js';
import { Ledger } from './ledger.js';
import { readPass, wantAudit } from './listing-passes.js';
import { readJob } from './shared-job.js';
import { ABSENT_MS, type KnownWorker, readWorkers } from './workers.js';

export interface SurveyedWorker extends KnownWorker {
  /** Its heartbeat has stopped and it has not said `done`. */
  readonly isLost: boolean;
  readonly lastSeenSeconds: number;
  readonly share: Tally;
}

export interface Survey {
  readonly job: string;
  readonly record: JobRecord;
  readonly isComplete: boolean;
  /** Pages that wait for a lister or are being listed. */
  readonly folders: number;
  /** Batches that wait, that a machine holds, and that are done. */
  readonly pending: number;
  readonly leased: number;
  readonly done: number;
  /** Batches that the listing has found so far. */
  readonly batches: number;
  readonly objects: number;
  readonly bytes: number;
  readonly isListed: boolean;
  readonly pass: number;
  readonly totals: Tally;
  /** Messages that Sluice could not read. */
  readonly rejected: number;
  readonly workers: readonly SurveyedWorker[];
}

/** The names of all jobs. */
export async function findJobs(nats: QueueConnection): Promise<string[]> {
  return nats.ask(async () => {
    const jobs: string[] = [];
    for await (const name of nats.jsm.streams.names()) {
      const job = jobOfStream(name);
      if (job !== undefined) jobs.push(job);
    }
    return jobs.sort();
  });
}

/** Watches one job: each further look reads only the new entries. */
export class Surveyor {
  readonly #nats: QueueConnection;
  readonly #names: JobNames;
  readonly #tables: Tables;
  readonly #ledger: Ledger;

  private constructor(nats: QueueConnection, names: JobNames, tables: Tables) {
    this.#nats = nats;
    this.#names = names;
    this.#tables = tables;
    this.#ledger = new Ledger(nats, names);
  }

  /** Undefined when the job does not exist. */
  static async open(nats: QueueConnection, job: string): Promise<Surveyor | undefined> {
    if (!(await findJobs(nats)).includes(job)) return undefined;
    const names = namesOf(job);
    return new Surveyor(nats, names, await bindTables(nats, names));
  }

  /** Undefined when the job is gone, or is still being created. */
  async look(): Promise<Survey | undefined> {
    const { meta } = this.#tables;
    const ask = <T>(work: () => Promise<T>) => this.#nats.ask(work);
    const job = await readJob(this.#nats, this.#names, this.#tables);
    if (job === undefined) return undefined;
    const isMarked = (await ask(() => readEntry(meta, META.complete, isMark))) !== undefined;
    await this.#ledger.refresh();
    const { lastPass } = this.#ledger;
    const { number: pass } = await readPass(this.#nats, this.#tables, { number: lastPass, wanted: lastPass });
    const batches = await ask(() => batchesBacklog(this.#nats, this.#names));
    const folders = await ask(() => foldersBacklog(this.#nats, this.#names));
    const pages = this.#ledger.pass(pass);
    const isComplete = isMarked && this.#ledger.doneBatches >= pages.batches;
    const known = await readWorkers(this.#nats, { names: this.#names, tables: this.#tables });
    const nowMs = Date.now();
    return {
      job: this.#names.job,
      record: job.value,
      isComplete,
      folders: folders.waiting + folders.leased,
      pending: batches.waiting,
      leased: batches.leased,
      done: this.#ledger.doneBatches,
      batches: pages.batches,
      objects: pages.objects,
      bytes: pages.bytes,
      isListed:
        isComplete ||
        (pages.pages > 0 && pages.firstPages === 1 + pages.folders && pages.pages - pages.firstPages === pages.nexts),
      pass,
      totals: this.#ledger.totals,
      rejected: await ask(() => countRejected(this.#nats, this.#names)),
      workers: known.map((worker) => ({
        ...worker,
        lastSeenSeconds: Math.max(0, Math.round((nowMs - worker.seenAtMs) / 100) / 10),
        isLost: worker.state !== 'done' && nowMs - worker.seenAtMs > ABSENT_MS,
        share: this.#ledger.share(worker.name),
      })),
    };
  }
}

/**
 * Removes what a machine has finished from `done`, so that the others do it again. Resolves with the number of batches,
 * or undefined when the job does not exist. Rejects with ERR_QUEUE while the machine is alive.
 */
export async function forgetWorker(
  nats: QueueConnection,
  job: string,
  worker: string,
): Promise<{ batches: number; isKnown: boolean } | undefined> {
  if (!(await findJobs(nats)).includes(job)) return undefined;
  const names = namesOf(job);
  const tables = await bindTables(nats, names);
  const known = await readWorkers(nats, { names, tables });
  const alive = known.find(({ name, state, seenAtMs }) => {
    return name === worker && state !== 'done' && Date.now() - seenAtMs <= ABSENT_MS;
  });
  if (alive !== undefined) {
    throw new TransferError('ERR_QUEUE', say.queue.machine.atWork(worker, alive.pid, alive.host));
  }
  let count = 0;
  const keys = await doneBy(nats, tables, worker);
  for (const key of keys) {
    await nats.ask(() => tables.done.delete(key));
    count++;
  }
  await nats.ask(() => tables.meta.delete(META.feeder(worker)));
  const hadAffinity = await forgetAffinity(nats, { names, tables }, worker);
  const isWorker = await nats.ask(() => hasEntry(tables.workers, worker));
  if (isWorker) await nats.ask(() => tables.workers.delete(worker));
  // The other machines find the missing batches by another pass. For an input, only its feeder can send them again.
  if (count > 0) await wantAudit(nats, tables);
  return { batches: count, isKnown: isWorker || hadAffinity || count > 0 };
}

async function doneBy(nats: QueueConnection, { done }: Tables, worker: string): Promise<string[]> {
  return nats.ask(async () => {
    const keys: string[] = [];
    for await (const entry of listed(done.history())) {
      if (entry.operation === 'PUT' && parseEntry(entry.value, isDone)?.w === worker) keys.push(entry.key);
    }
    return keys;
  });
}

/** Deletes all streams and tables of a job. False when it has none. */
export async function removeJob(nats: QueueConnection, job: string): Promise<boolean> {
  const names = namesOf(job);
  let isFound = false;
  for (const stream of streamsOf(names)) {
    await nats.ask(async () => {
      try {
        isFound = (await nats.jsm.streams.delete(stream)) || isFound;
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    });
  }
  return isFound;
}

/** Counts all rejected messages ever; the stream keeps only the newest. */
function countRejected(nats: QueueConnection, { rejected }: JobNames): Promise<number> {
  return lastSequenceOf(nats, rejected);
}
