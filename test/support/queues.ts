// Both queues behind one door, for tests that must hold for either.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Stats } from '../../src/events/stats.js';
import type { Batch } from '../../src/model/batch.js';
import { MemoryQueue } from '../../src/queue/memory-queue.js';
import { seed } from '../../src/queue/nats/job/shared-job.js';
import type { SessionOptions } from '../../src/queue/nats/worker/session-options.js';
import { WorkerSession } from '../../src/queue/nats/worker/worker-session.js';
import type { WorkQueue } from '../../src/queue/work-queue.js';
import { recordingEvents } from './batches.js';
import { startNatsServer } from './servers/nats-server.js';

export interface OpenQueue {
  readonly queue: WorkQueue;
  /** Everything was put. */
  close(): Promise<void>;
  /** After the last batch was acknowledged. */
  end(): Promise<void>;
}

export type OpenQueueOf = (t: TestContext, options: { limit: number; isListing?: boolean }) => Promise<OpenQueue>;

/** How a machine joins a job that lists. */
export const LISTING = {
  name: 'listing',
  identity: { source: 'ranges://stub', filters: {} },
  kind: 'listing' as const,
  isKindFree: false,
  leaseMs: 60_000,
};

export const openMemoryQueue: OpenQueueOf = async (_t, { limit }) => begin(new MemoryQueue({ limit }));

export const openNatsQueue: OpenQueueOf = async (t, { limit, isListing = false }) => {
  const server = await startNatsServer(t);
  const session = await openSession(t, { url: server.url, limit, ...(isListing && { join: LISTING }) });
  if (isListing) await seed(session.nats, session.job);
  return begin(session.queue, () => session.close());
};

/** Feeds the queue, and runs its background work, as a pipeline does. */
export async function begin(queue: WorkQueue, closed = async () => {}): Promise<OpenQueue> {
  const ended = new AbortController();
  await queue.feeding?.begin();
  const running = queue.background?.(ended.signal, new AbortController().signal);
  return {
    queue,
    close: async () => {
      queue.close();
      await queue.feeding?.end();
    },
    end: async () => {
      ended.abort();
      await running;
      await closed();
    },
  };
}

/** A machine without disks of its own: what happens to files is only noted. */
export async function openSession(
  t: TestContext,
  {
    url,
    limit = 400,
    leaseMs = 60_000,
    ...more
  }: { url: string; limit?: number; leaseMs?: number } & Partial<SessionOptions>,
): Promise<WorkerSession> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-queue-'));
  const stop = new AbortController();
  const session = await WorkerSession.open({
    access: { servers: [url] },
    join: {
      name: 'test',
      identity: { source: 'upyun://pics', filters: {} },
      kind: 'input',
      isKindFree: false,
      leaseMs,
    },
    worker: 'one',
    role: 'both',
    isListingOnly: false,
    isAudit: false,
    limit,
    stateFolder: folder,
    isSynced: false,
    files: { barrier: async () => {}, removeSince: async () => {} },
    disks: { freeBytes: async () => 1e12, knownFreeBytes: () => 1e12, report: () => [], count: async () => 0 },
    memory: undefined,
    stats: new Stats(),
    events: recordingEvents(),
    failures: undefined,
    progress: () => performance.now(),
    isWaiting: () => false,
    limits: undefined,
    connectTimeoutMs: 10_000,
    signal: stop.signal,
    ...more,
  });
  t.after(async () => {
    stop.abort(new Error('the test is over'));
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return session;
}

/** Settles a batch as the second half would. */
export function settle(queue: WorkQueue, batch: Batch): void {
  for (const { size = 0 } of batch.entries) batch.page?.enter({ status: 'stored', bytes: size, volume: 0 }, size);
  batch.open = 0;
  queue.ack(batch);
}
