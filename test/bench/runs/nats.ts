// What nats-server does with the messages and tables of a job, and what follows for a bucket that nobody has here.

import { counter, cutPageForTravel } from '../../../src/model/batch.js';
import { Tally } from '../../../src/model/tally.js';
import { batchNameIn, encodeBatch, pageName } from '../../../src/queue/nats/connection/messages.js';
import { pullLeases } from '../../../src/queue/nats/connection/pull.js';
import { QueueConnection } from '../../../src/queue/nats/connection/queue-connection.js';
import { createEntry } from '../../../src/queue/nats/connection/records.js';
import { Ledger } from '../../../src/queue/nats/job/ledger.js';
import { joinJob } from '../../../src/queue/nats/job/shared-job.js';
import { startNatsServer } from '../../support/servers/nats-server.js';
import type { SimulationRow } from './many-workers.js';
import { diskMegabytesOf, residentMegabytesOf } from './nats-usage.js';

export interface NatsRow {
  readonly what: string;
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Of the server, afterwards. */
  readonly residentMegabytes: number;
  readonly diskMegabytes: number;
}

const AT_ONCE = 256;
const BATCHES = 3_000;

/** `entries` is the number of pages, and of batches, in the tables. */
export async function measureNats(entries: number): Promise<NatsRow[]> {
  const cleanups: (() => unknown)[] = [];
  const server = await startNatsServer({ after: (fn) => void cleanups.push(fn as () => unknown) });
  const nats = await QueueConnection.connect({
    access: { servers: [server.url] },
    connectTimeoutMs: 10_000,
    signal: new AbortController().signal,
  });
  const identity = { source: 'upyun://bench', filters: {} };
  const job = await joinJob(nats, { name: 'bench', identity, kind: 'listing', isKindFree: false, leaseMs: 60_000 });
  const { names, tables } = job;
  const rows: NatsRow[] = [];

  async function timed(what: string, count: number, work: () => Promise<unknown>): Promise<void> {
    const beganMs = performance.now();
    await work();
    const seconds = (performance.now() - beganMs) / 1_000;
    const perSecond = count / seconds;
    rows.push({
      what,
      count,
      seconds,
      perSecond,
      residentMegabytes: residentMegabytesOf(server.pid),
      diskMegabytes: diskMegabytesOf(server.folder),
    });
  }

  const name = (index: number) => pageName({ scope: `d${index}`, cursor: undefined });
  const tally = Object.assign(new Tally(), { stored: 1_000, bytes: 33e6, settledBytes: 33e6 }).toRow();
  const listed = { p: 1, d: 0, n: 0, f: 1, o: 1_000, b: 33e6 };
  try {
    await timed('a page is entered as listed', entries, () =>
      inParallel(entries, (index) => createEntry(tables.listed, `0.${name(index)}`, listed)),
    );
    await timed('a batch is entered as done', entries, () =>
      inParallel(entries, (index) =>
        createEntry(tables.done, batchNameIn(name(index), 0), { w: 'machine-1a2b3c', t: tally }),
      ),
    );
    const ledger = new Ledger(nats, names);
    await timed('both tables are read by a machine that joins', 2 * entries, () => ledger.refresh());
    const message = batchOfThousand();
    await timed(`a batch is handed out (1,000 keys, ${Math.round(message.length / 1_000)} kB)`, BATCHES, () =>
      inParallel(BATCHES, (index) => nats.js.publish(names.batchSubject, message, { msgID: `x${index}` })),
    );
    await timed('a batch is taken and acknowledged', BATCHES, async () => {
      const place = { stream: names.batches, consumer: names.batchConsumer, count: 16 };
      for (let taken = 0; taken < BATCHES; ) {
        const leases = await pullLeases(nats, place);
        for (const lease of leases) lease.ack();
        taken += leases.length;
      }
    });
  } finally {
    await nats.close();
    for (const cleanup of cleanups) await cleanup();
  }
  return rows;
}

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

function batchOfThousand(): string {
  const entries = Array.from({ length: 1_000 }, (_, index) => ({
    key: `2017/09/03/products/${String(index).padStart(6, '0')}-large.jpg`,
    size: 20_000 + index,
    mtimeMs: 1_504_444_206_000 + index * 1_000,
  }));
  const [batch] = [...cutPageForTravel({ entries, rejects: [] }, counter())];
  return encodeBatch({ ...batch!, key: 'abcdefghijklmnop.0' });
}

export interface ProjectionRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

const OBJECTS = 300e6;
const BYTES = 10e12;
const MACHINES = 10;
const OBJECTS_A_BATCH = 1_000;
/** Of each machine. */
const LINE_BYTES_PER_SECOND = 125e6;
/** One answer of Upyun to a listing request of 1,000 rows, and requests at once of each machine (see --list-concurrency). */
const LIST_SECONDS = 0.1;
const LISTS_AT_ONCE = 16;

/** By arithmetic from what was measured: the tables with as many entries as the job would have, the rest with fewer. */
export function projectJob(rows: readonly NatsRow[], simulated: SimulationRow): ProjectionRow[] {
  const [, done, read, handed] = rows as [NatsRow, NatsRow, NatsRow, NatsRow];
  const batches = OBJECTS / OBJECTS_A_BATCH;
  const share = batches / done.count;
  const transferSeconds = BYTES / (MACHINES * LINE_BYTES_PER_SECOND);
  const messages = batches * simulated['messages a batch'];
  const natsSeconds = (batches / simulated.batches) * simulated['nats-server CPU s'];
  return [
    {
      what: 'listing requests (1,000 objects each)',
      value: (batches / simulated.batches) * simulated['listing requests'],
      unit: '',
    },
    {
      what: 'listing, if nothing else takes longer',
      value: (batches * LIST_SECONDS) / (MACHINES * LISTS_AT_ONCE) / 60,
      unit: 'minutes',
    },
    { what: 'transfer at 1 Gbit/s for each machine', value: transferSeconds / 3_600, unit: 'hours' },
    { what: 'messages to nats-server and from it meanwhile', value: messages / transferSeconds, unit: 'a second' },
    { what: 'a core of nats-server busy with them', value: (natsSeconds / transferSeconds) * 100, unit: '%' },
    // The tables of the whole job, and all that it had with those of the simulated one.
    {
      what: 'memory of nats-server, at most',
      value: done.residentMegabytes * share + simulated['nats-server MB'],
      unit: 'MB',
    },
    {
      what: 'its disk (tables; batches that wait: 400)',
      value: done.diskMegabytes * share + (400 * (handed.diskMegabytes - done.diskMegabytes)) / handed.count,
      unit: 'MB',
    },
    { what: 'a machine that joins at the end reads the tables in', value: read.seconds * share, unit: 'seconds' },
  ];
}
