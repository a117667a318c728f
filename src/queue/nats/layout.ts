/** The streams, consumers and tables of a job: made by whoever comes first, the same for all. */
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import type { KV, Kvm } from '@nats-io/kv';
import type { Engine } from './engine.js';
import { DEPTHS, type JobNames } from './names.js';

export interface Tables {
  readonly done: KV;
  readonly listed: KV;
  readonly meta: KV;
  readonly workers: KV;
}

/** Messages of the same name within this time are one. A convenience: what decides are the tables. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;
/** Over all machines together; more would not be given out, without a word. */
const MAX_ACK_PENDING = 10_000;

const NANOS = 1e6;

/** Of a job that is there already, or of one that is just being made. */
export async function openTables(engine: Engine, names: JobNames): Promise<Tables> {
  const { Kvm } = await import('@nats-io/kv');
  const kvm = new Kvm(engine.js);
  const options = { history: 1, replicas: await replicas(engine) };
  const open = (table: string) => engine.ask(() => createTable(kvm, table, options));
  return {
    meta: await open(names.meta),
    done: await open(names.done),
    listed: await open(names.listed),
    workers: await open(names.workers),
  };
}

/** Of a job that must be there: nothing is made. */
export async function bindTables(engine: Engine, names: JobNames): Promise<Tables> {
  const { Kvm } = await import('@nats-io/kv');
  const kvm = new Kvm(engine.js);
  const open = (table: string) => engine.ask(() => kvm.open(table));
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
    // Two came at the same time, or its settings have been changed by hand.
    if (!isThere(error)) throw error;
    return kvm.open(table);
  }
}

/** Also while somebody else is just making it, when its subjects are taken before its name is. */
function isThere(error: unknown): boolean {
  const { code } = error as { code?: number };
  return code === STREAM_EXISTS || code === SUBJECTS_OVERLAP;
}

const STREAM_EXISTS = 10058;
const SUBJECTS_OVERLAP = 10065;

/**
 * Makes what is not there. Never a limit on messages or bytes: after an unclean stop the server counts messages that were
 * acknowledged against it and throws away others that were not (2.9.10, measured: 20 of 20 in flight lost).
 */
export async function ensureStreams(engine: Engine, names: JobNames, leaseMs: number): Promise<void> {
  const num_replicas = await replicas(engine);
  for (const [name, subject] of [
    [names.folders, names.folderSubject(0).replace(/0$/, '*')],
    [names.parts, names.partSubject.replace(/any$/, '*')],
  ] as const) {
    const config = {
      name,
      subjects: [subject],
      retention: 'workqueue' as const,
      storage: 'file' as const,
      discard: 'new' as const,
      max_msgs: -1,
      max_bytes: -1,
      max_age: 0,
      duplicate_window: DUPLICATE_WINDOW_MS * NANOS,
      num_replicas,
    };
    await engine.ask(async () => {
      try {
        await engine.jsm.streams.add(config);
      } catch (error) {
        if (!isThere(error)) throw error;
      }
    });
  }
  await ensureConsumers(engine, names, leaseMs);
}

async function ensureConsumers(engine: Engine, names: JobNames, leaseMs: number): Promise<void> {
  for (const { stream, consumer, subject } of consumersOf(names)) {
    await engine.ask(() => addConsumer(engine.jsm, { stream, consumer, subject, leaseMs }));
  }
}

interface ConsumerPlace {
  stream: string;
  consumer: string;
  subject: string;
}

function consumersOf(names: JobNames): ConsumerPlace[] {
  const depths = Array.from({ length: DEPTHS }, (_, depth) => ({
    stream: names.folders,
    consumer: names.folderConsumer(depth),
    subject: names.folderSubject(depth),
  }));
  return [...depths, { stream: names.parts, consumer: names.partConsumer, subject: names.partSubject }];
}

async function addConsumer(
  jsm: JetStreamManager,
  { stream, consumer, subject, leaseMs }: ConsumerPlace & { leaseMs: number },
): Promise<void> {
  await jsm.consumers.add(stream, {
    durable_name: consumer,
    filter_subject: subject,
    deliver_policy: 'all',
    ack_policy: 'explicit',
    ack_wait: leaseMs * NANOS,
    // A message that was given out too often would stay where it is for ever.
    max_deliver: -1,
    max_ack_pending: MAX_ACK_PENDING,
  });
}

/**
 * Makes all consumers anew: what is in the streams is given out again. After an unclean stop a server may hold messages
 * that it neither gives out nor counts as done (2.9.10, measured in 3 of 27 runs).
 */
export async function resetConsumers(engine: Engine, names: JobNames, leaseMs: number): Promise<void> {
  const holders = (await consumersIn(engine, names.parts)).filter(({ name }) => name !== names.partConsumer);
  const places = holders.map(({ name, config }) => ({
    stream: names.parts,
    consumer: name,
    subject: config.filter_subject ?? '',
  }));
  for (const place of [...consumersOf(names), ...places]) {
    await deleteConsumer(engine, place.stream, place.consumer);
    await engine.ask(() => addConsumer(engine.jsm, { ...place, leaseMs }));
  }
}

export async function deleteConsumer(engine: Engine, stream: string, consumer: string): Promise<void> {
  await engine.ask(async () => {
    await engine.jsm.consumers.delete(stream, consumer).catch((error: { code?: number }) => {
      if (error.code !== CONSUMER_NOT_FOUND) throw error;
    });
  });
}

/** For the parts that are meant for one machine. */
export async function addHolderConsumer(
  engine: Engine,
  names: JobNames,
  { holder, leaseMs }: { holder: string; leaseMs: number },
): Promise<void> {
  await engine.ask(() => addConsumer(engine.jsm, { ...holderPlace(names, holder), leaseMs }));
}

function holderPlace(names: JobNames, holder: string): ConsumerPlace {
  return { stream: names.parts, consumer: names.holderConsumer(holder), subject: names.holderSubject(holder) };
}

/**
 * Makes the consumers that are not there, and says whether there were any: whoever made them anew was killed in between, or the
 * server was before it had written them down.
 */
export async function mendConsumers(
  engine: Engine,
  names: JobNames,
  { holders, leaseMs }: { holders: readonly string[]; leaseMs: number },
): Promise<boolean> {
  const infos = [...(await consumersIn(engine, names.folders)), ...(await consumersIn(engine, names.parts))];
  const there = new Set(infos.map(({ name }) => name));
  const wanted = [...consumersOf(names), ...holders.map((holder) => holderPlace(names, holder))];
  const missing = wanted.filter(({ consumer }) => !there.has(consumer));
  for (const place of missing) await engine.ask(() => addConsumer(engine.jsm, { ...place, leaseMs }));
  return missing.length > 0;
}

async function consumersIn(engine: Engine, stream: string): Promise<ConsumerInfo[]> {
  return engine.ask(async () => {
    const found: ConsumerInfo[] = [];
    for await (const info of engine.jsm.consumers.list(stream)) found.push(info);
    return found;
  });
}

const CONSUMER_NOT_FOUND = 10014;

/** Three where there is a cluster that can keep them. */
async function replicas(engine: Engine): Promise<number> {
  return (engine.nc.info?.connect_urls?.length ?? 1) >= 3 && engine.nc.info?.cluster !== undefined ? 3 : 1;
}

/** What is waiting and what is given out. */
export interface Backlog {
  readonly waiting: number;
  readonly leased: number;
}

/** Of all machines, those that are meant for one of them included. */
export async function partsBacklog(engine: Engine, names: JobNames): Promise<Backlog> {
  return sum(await consumersIn(engine, names.parts));
}

export async function foldersBacklog(engine: Engine, names: JobNames): Promise<Backlog> {
  return sum(await consumersIn(engine, names.folders));
}

/** By the consumers, not by the stream: that may still show messages that are done. One that is just made anew has none. */
function sum(consumers: readonly ConsumerInfo[]): Backlog {
  return {
    waiting: consumers.reduce((all, { num_pending }) => all + num_pending, 0),
    leased: consumers.reduce((all, { num_ack_pending }) => all + num_ack_pending, 0),
  };
}
