/**
 * The JetStream consumers of a job: one for each depth of folders, one for the batches, and one for each machine with
 * files.
 */
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { sleep } from '../../../lib/waiting/sleep.js';
import { DEPTHS, type JobNames } from './names.js';
import type { QueueConnection } from './queue-connection.js';

/** Over all machines together. Above this the server silently delivers no more. */
const MAX_ACK_PENDING = 10_000;

const NANOS = 1e6;

/** Creates the missing consumers. */
export async function ensureConsumers(nats: QueueConnection, names: JobNames, leaseMs: number): Promise<void> {
  for (const { stream, consumer, subject } of consumersOf(names)) {
    await nats.ask(() => addConsumer(nats.jsm, { stream, consumer, subject, leaseMs }));
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
  return [...depths, { stream: names.batches, consumer: names.batchConsumer, subject: names.batchSubject }];
}

async function addConsumer(
  jsm: JetStreamManager,
  { stream, consumer, subject, leaseMs }: ConsumerPlace & { leaseMs: number },
): Promise<void> {
  const config = {
    durable_name: consumer,
    filter_subject: subject,
    deliver_policy: 'all' as const,
    ack_policy: 'explicit' as const,
    ack_wait: leaseMs * NANOS,
    // With a limit, a message delivered too often would stay in the stream for ever.
    max_deliver: -1,
    max_ack_pending: MAX_ACK_PENDING,
  };
  await despiteOthers(async (attempt) => {
    // Another machine has removed the files of this consumer, but the server still has it and can never write it.
    if (attempt > 1) await jsm.consumers.delete(stream, consumer).catch(() => {});
    await jsm.consumers.add(stream, config);
  });
}

/**
 * Machines that create and remove the same consumer at the same moment collide on the server's disk (2.9.10: "no such
 * file", "directory not empty"). A retry a moment later succeeds. Rejects after the last attempt.
 */
async function despiteOthers(work: (attempt: number) => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work(attempt);
      return;
    } catch (error) {
      const { code } = error as { code?: number };
      if (attempt === CONSUMER_ATTEMPTS || (code !== CONSUMER_NOT_MADE && code !== CONSUMER_NOT_REMOVED)) throw error;
      await sleep(CONSUMER_PAUSE_MS * attempt * (0.5 + Math.random()));
    }
  }
}

const CONSUMER_NOT_MADE = 10012;
const CONSUMER_NOT_REMOVED = 10051;
const CONSUMER_ATTEMPTS = 8;
const CONSUMER_PAUSE_MS = 25;

/**
 * Recreates all consumers: the server delivers all messages of the streams again. After an unclean stop a server may
 * hold messages that it neither delivers nor counts as done (2.9.10, measured in 3 of 27 runs).
 */
export async function resetConsumers(nats: QueueConnection, names: JobNames, leaseMs: number): Promise<void> {
  const affinity = (await consumersIn(nats, names.batches)).filter(({ name }) => name !== names.batchConsumer);
  const places = affinity.map(({ name, config }) => ({
    stream: names.batches,
    consumer: name,
    subject: config.filter_subject ?? '',
  }));
  for (const place of [...consumersOf(names), ...places]) {
    await deleteConsumer(nats, place.stream, place.consumer);
    await nats.ask(() => addConsumer(nats.jsm, { ...place, leaseMs }));
  }
}

export async function deleteConsumer(nats: QueueConnection, stream: string, consumer: string): Promise<void> {
  await nats.ask(() =>
    despiteOthers(() =>
      nats.jsm.consumers.delete(stream, consumer).catch((error: { code?: number }) => {
        if (error.code !== CONSUMER_NOT_FOUND) throw error;
      }),
    ),
  );
}

/** Creates the consumer of the batches that go to one machine. */
export async function addAffinityConsumer(
  nats: QueueConnection,
  names: JobNames,
  { peer, leaseMs }: { peer: string; leaseMs: number },
): Promise<void> {
  await nats.ask(() => addConsumer(nats.jsm, { ...affinityPlace(names, peer), leaseMs }));
}

function affinityPlace(names: JobNames, peer: string): ConsumerPlace {
  return { stream: names.batches, consumer: names.affinityConsumer(peer), subject: names.affinitySubject(peer) };
}

/**
 * Creates the missing consumers; true when there were any. They are missing when a machine was killed while it
 * recreated them, or the server before it had written them to disk.
 */
export async function repairConsumers(
  nats: QueueConnection,
  names: JobNames,
  { affinity, leaseMs }: { affinity: readonly string[]; leaseMs: number },
): Promise<boolean> {
  const infos = [...(await consumersIn(nats, names.folders)), ...(await consumersIn(nats, names.batches))];
  const there = new Set(infos.map(({ name }) => name));
  const wanted = [...consumersOf(names), ...affinity.map((peer) => affinityPlace(names, peer))];
  const missing = wanted.filter(({ consumer }) => !there.has(consumer));
  for (const place of missing) await nats.ask(() => addConsumer(nats.jsm, { ...place, leaseMs }));
  return missing.length > 0;
}

async function consumersIn(nats: QueueConnection, stream: string): Promise<ConsumerInfo[]> {
  return nats.ask(async () => {
    const found: ConsumerInfo[] = [];
    for await (const info of nats.jsm.consumers.list(stream)) found.push(info);
    return found;
  });
}

const CONSUMER_NOT_FOUND = 10014;

/** Messages that wait, and messages that are delivered and not acknowledged. */
export interface Backlog {
  readonly waiting: number;
  readonly leased: number;
}

/** Over all machines, the batches for single machines included. */
export async function batchesBacklog(nats: QueueConnection, names: JobNames): Promise<Backlog> {
  return sum(await consumersIn(nats, names.batches));
}

export async function foldersBacklog(nats: QueueConnection, names: JobNames): Promise<Backlog> {
  return sum(await consumersIn(nats, names.folders));
}

/**
 * Counts by the consumers: the stream may still show messages that are done. A consumer just recreated has delivered
 * none.
 */
function sum(consumers: readonly ConsumerInfo[]): Backlog {
  return {
    waiting: consumers.reduce((all, { num_pending }) => all + num_pending, 0),
    leased: consumers.reduce((all, { num_ack_pending }) => all + num_ack_pending, 0),
  };
}
