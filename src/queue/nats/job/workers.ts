/** The heartbeats of a job's machines, every two seconds. */

import { hostname } from 'node:os';
import type { KV } from '@nats-io/kv';
import { isWorker } from '../connection/forms.js';
import type { Tables } from '../connection/layout.js';
import { type JobNames, streamOfTable, WORKER_NAME } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { readEntry, type WorkerRecord } from '../connection/records.js';

const INTERVAL_MS = 2_000;
/** A machine without a heartbeat for so long counts as absent. */
export const ABSENT_MS = 15_000;

export interface KnownWorker extends WorkerRecord {
  readonly name: string;
  /** By the server's clock. */
  readonly seenAtMs: number;
}

export interface WorkerHeartbeatOptions {
  nats: QueueConnection;
  workers: KV;
  worker: string;
  role: WorkerRecord['role'];
  /** Called for each heartbeat. */
  report: () => Omit<WorkerRecord, 'host' | 'pid' | 'role' | 'startedAt'>;
}

export class WorkerHeartbeat {
  readonly #options: WorkerHeartbeatOptions;
  readonly #startedAt = new Date().toISOString();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WorkerHeartbeatOptions) {
    this.#options = options;
  }

  /** Starts the heartbeats. */
  begin(): void {
    void this.#send();
    this.#timer = setInterval(() => void this.#send(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Sends a heartbeat now: the state has changed. */
  change(): void {
    void this.#send();
  }

  /** Sends the last heartbeat, with state `done`. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#send('done');
  }

  async #send(state?: WorkerRecord['state']): Promise<void> {
    const { nats, workers, worker, role, report } = this.#options;
    if (nats.isAway) return;
    const reported = report();
    const record: WorkerRecord = {
      host: hostname(),
      pid: process.pid,
      role,
      startedAt: this.#startedAt,
      ...reported,
      state: state ?? reported.state,
    };
    // A lost heartbeat is harmless: the next one follows soon.
    await workers.put(worker, JSON.stringify(record)).catch(() => {});
  }
}

/** A job, as far as its machines go. */
export interface WorkersPlace {
  readonly names: Pick<JobNames, 'workers'>;
  readonly tables: Pick<Tables, 'workers'>;
}

/** All machines that have ever sent a heartbeat. */
export async function readWorkers(nats: QueueConnection, { names, tables }: WorkersPlace): Promise<KnownWorker[]> {
  return nats.ask(async () => {
    const found: KnownWorker[] = [];
    for (const name of (await keysOf(nats, names.workers)).filter((key) => WORKER_NAME.test(key)).sort()) {
      const entry = await readEntry(tables.workers, name, isWorker);
      if (entry !== undefined) found.push({ ...entry.value, name, seenAtMs: entry.entry.created.getTime() });
    }
    return found;
  });
}

/**
 * The keys of a table, removed ones too. One request, since entries of this table change all the time: the listing of the client
 * library would then often wait for an end that does not come.
 */
async function keysOf({ jsm }: QueueConnection, table: string): Promise<string[]> {
  const prefix = `$KV.${table}.`;
  const { state } = await jsm.streams.info(streamOfTable(table), { subjects_filter: `${prefix}>` });
  return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
}

/** Batches that the present machines report as held. */
export async function heldBatches(nats: QueueConnection, place: WorkersPlace): Promise<number> {
  const workers = await readWorkers(nats, place);
  const newestMs = Math.max(...workers.map(({ seenAtMs }) => seenAtMs));
  const present = workers.filter(({ state, seenAtMs }) => state !== 'done' && newestMs - seenAtMs <= ABSENT_MS);
  return present.reduce((sum, { openParts }) => sum + openParts, 0);
}
