/** The streams, consumers and tables of a job. The first machine creates them; they are the same for all. */
import type { KV, Kvm } from '@nats-io/kv';
import { ensureConsumers } from './consumers.js';
import type { JobNames } from './names.js';
import type { QueueConnection } from './queue-connection.js';
import { isThere } from './queue-errors.js';

export interface Tables {
  readonly done: KV;
  readonly listed: KV;
  readonly meta: KV;
  readonly workers: KV;
}

/** The server drops a message with the same id within this time. This only saves work: the tables decide. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;

const NANOS = 1e6;

/** Opens the tables of a job; creates the missing ones. */
export async function openTables(nats: QueueConnection, names: JobNames): Promise<Tables> {
  const { Kvm } = await import('@nats-io/kv');
  const kvm = new Kvm(nats.js);
  const options = { history: 1, replicas: await replicas(nats) };
  const open = (table: string) => nats.ask(() => createTable(kvm, table, options));
  return {
    meta: await open(names.meta),
    done: await open(names.done),
    listed: await open(names.listed),
    workers: await open(names.workers),
  };
}

/** Opens the tables of an existing job; creates none. */
export async function bindTables(nats: QueueConnection, names: JobNames): Promise<Tables> {
  const { Kvm } = await import('@nats-io/kv');
  const kvm = new Kvm(nats.js);
  const open = (table: string) => nats.ask(() => kvm.open(table));
  return {
    meta: await open(names.meta),
    done: await open(names.done),
    listed: await open(names.listed),
    workers: await open(names.workers),
  };
}

async function createTable(kvm: Kvm, table: string, options: { history: number; replicas: number }): Promise<KV> {
  try {
    return await kvm.create(table, options);
  } catch (error) {
    // Two machines have created it at once, or an administrator has changed its settings.
    if (!isThere(error)) throw error;
    return kvm.open(table);
  }
}

/**
 * Creates the missing streams and consumers. The streams have no limit on messages or bytes: after an unclean stop
 * the server counts acknowledged messages against it and drops others that were not (2.9.10, measured: 20 of 20 in
 * flight lost).
 */
export async function ensureStreams(nats: QueueConnection, names: JobNames, leaseMs: number): Promise<void> {
  const num_replicas = await replicas(nats);
  for (const [name, subject, retention] of [
    [names.folders, names.folderSubject(0).replace(/0$/, '*'), 'workqueue'],
    [names.batches, names.batchSubject.replace(/any$/, '*'), 'workqueue'],
    // No consumer removes messages from this stream.
    [names.keys, names.keysSubject('*'), 'limits'],
  ] as const) {
    const config = {
      name,
      subjects: [subject],
      retention,
      storage: 'file' as const,
      discard: 'new' as const,
      max_msgs: -1,
      max_bytes: -1,
      max_age: 0,
      duplicate_window: DUPLICATE_WINDOW_MS * NANOS,
      num_replicas,
    };
    await nats.ask(async () => {
      try {
        await nats.jsm.streams.add(config);
      } catch (error) {
        if (!isThere(error)) throw error;
      }
    });
  }
  await ensureConsumers(nats, names, leaseMs);
}

/** Three in a cluster that can keep three, otherwise one. */
async function replicas(nats: QueueConnection): Promise<number> {
  return (nats.nc.info?.connect_urls?.length ?? 1) >= 3 && nats.nc.info?.cluster !== undefined ? 3 : 1;
}
