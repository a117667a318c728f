// Ten machines that list, hand out, take and enter a bucket as they would, with everything between them real: the code of
// the machines, the messages, nats-server. Only the bucket answers at once and nothing is transferred, so that hours pass in minutes.

import type { TestContext } from 'node:test';
import { produce } from '../../../pipelines/produce.js';
import { Stats } from '../../../src/events/stats.js';
import type { Batch } from '../../../src/model/batch.js';
import { Tally } from '../../../src/model/tally.js';
import type { WorkerSession } from '../../../src/queue/nats/worker/worker-session.js';
import { recordingEvents } from '../../support/batches.js';
import { listPacerOf } from '../../support/pacers.js';
import { openSession } from '../../support/queues.js';
import { startNatsServer } from '../../support/servers/nats-server.js';
import { listedPage, stubSource } from '../../support/source-stub.js';
import { diskMegabytesOf, peakMegabytesOf, secondsOf } from './nats-usage.js';

const MACHINES = 10;
const LISTS_AT_ONCE = 16;
const FOLDERS_A_FOLDER = 1_000;
const OBJECTS_A_FOLDER = 1_000;
const MEAN_BYTES = 33_000;
const SAMPLE_MS = 2_000;

export interface SimulationRow {
  readonly objects: number;
  readonly batches: number;
  readonly seconds: number;
  readonly 'objects/s': number;
  readonly 'listing requests': number;
  /** To nats-server and from it, of all machines. */
  readonly messages: number;
  readonly 'messages a batch': number;
  readonly 'nats-server CPU s': number;
  /** The most that it had at a time. */
  readonly 'nats-server MB': number;
  readonly 'its disk MB': number;
  /** Of the machine with the least and of the one with the most. */
  readonly 'shares %': string;
}

/** A bucket of so many folders with a thousand objects each. Throws when it does not end with every object once. */
export async function simulateWorkers(folders: number): Promise<SimulationRow> {
  const cleanups: (() => unknown)[] = [];
  const scope = { after: (cleanup: () => unknown) => void cleanups.unshift(cleanup) } as unknown as TestContext;
  try {
    const server = await startNatsServer(scope);
    const bucket = createBucket(folders);
    const beganMs = performance.now();
    const machines: Machine[] = [];
    for (let index = 0; index < MACHINES; index++) machines.push(await openMachine(scope, server.url, index));
    let disk = 0;
    const sample = () => {
      disk = Math.max(disk, diskMegabytesOf(server.folder));
    };
    const sampling = setInterval(sample, SAMPLE_MS);
    await Promise.all(machines.map((machine) => work(machine, bucket.source))).finally(() => clearInterval(sampling));
    sample();
    const seconds = (performance.now() - beganMs) / 1_000;
    const { ledger } = machines[0]!.session.progress;
    await ledger.reread();
    const objects = ledger.totals.stored;
    if (objects !== folders * OBJECTS_A_FOLDER) throw new Error(`${objects} objects of ${folders} folders`);
    const stats = machines.map(({ session }) => session.nats.nc.stats());
    const messages = stats.reduce((sum, { inMsgs, outMsgs }) => sum + inMsgs + outMsgs, 0);
    const shares = machines.map((_, index) => (100 * ledger.share(nameOf(index)).stored) / objects);
    return {
      objects,
      batches: ledger.doneBatches,
      seconds,
      'objects/s': objects / seconds,
      'listing requests': bucket.requests(),
      messages,
      'messages a batch': messages / ledger.doneBatches,
      'nats-server CPU s': secondsOf(server.pid),
      'nats-server MB': peakMegabytesOf(server.pid),
      'its disk MB': disk,
      'shares %': `${Math.min(...shares).toFixed(1)} to ${Math.max(...shares).toFixed(1)}`,
    };
  } finally {
    for (const cleanup of cleanups) await cleanup();
  }
}

interface Machine {
  readonly session: WorkerSession;
  readonly stats: Stats;
}

function nameOf(machine: number): string {
  return `machine-${machine}`;
}

async function openMachine(scope: TestContext, url: string, index: number): Promise<Machine> {
  const stats = new Stats();
  const session = await openSession(scope, {
    url,
    worker: nameOf(index),
    stats,
    join: {
      name: 'simulated',
      identity: { source: 'upyun://stub', filters: {} },
      kind: 'listing',
      isKindFree: false,
      leaseMs: 60_000,
    },
  });
  return { session, stats };
}

async function work({ session, stats }: Machine, source: ReturnType<typeof stubSource>): Promise<void> {
  const ended = new AbortController();
  const { signal } = new AbortController();
  const walk = { pacer: listPacerOf(LISTS_AT_ONCE), signal };
  async function consume(): Promise<void> {
    for await (const batch of session.queue.take()) settleAtOnce(session, stats, batch);
    ended.abort();
  }
  await Promise.all([
    produce(session.queue, { source, events: recordingEvents(stats), walk, signal }),
    consume(),
    session.queue.background(ended.signal, signal),
  ]);
}

function settleAtOnce(session: WorkerSession, stats: Stats, batch: Batch): void {
  const bytes = batch.entries.reduce((sum, { size = 0 }) => sum + size, 0);
  const tally = Object.assign(new Tally(), { stored: batch.entries.length, bytes, settledBytes: bytes });
  batch.page!.tally.add(tally);
  stats.add(tally);
  batch.open = 0;
  session.queue.ack(batch);
}

/** Folders of folders of objects, made up when they are asked for. */
function createBucket(folders: number) {
  let requests = 0;
  const source = stubSource({
    async listPage(directory) {
      requests++;
      const depth = directory === '' ? 0 : directory.split('/').length;
      if (depth === 0) return listedPage({ directories: names('', Math.ceil(folders / FOLDERS_A_FOLDER)) });
      if (depth === 2) return listedPage({ entries: objectsOf(directory) });
      const before = Number(directory.slice(1)) * FOLDERS_A_FOLDER;
      return listedPage({ directories: names(`${directory}/`, Math.min(FOLDERS_A_FOLDER, folders - before)) });
    },
  });
  return { source, requests: () => requests };
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}d${index}`);
}

function objectsOf(directory: string) {
  return Array.from({ length: OBJECTS_A_FOLDER }, (_, index) => ({
    key: `${directory}/products-${String(index).padStart(6, '0')}-large.jpg`,
    size: MEAN_BYTES,
    mtimeMs: 1_504_444_206_000 + index * 1_000,
  }));
}
