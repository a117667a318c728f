/** Pulls batches for this machine: first its own ones, then any that wait. */

import { type Lease, pull, pullLeases } from '../connection/pull.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import type { Affinity } from '../job/affinity.js';
import type { SharedJob } from '../job/shared-job.js';

const PULLED_AT_ONCE = 16;
/** How long a pull waits at the server; the time doubles after each empty pull. */
const SHORTEST_PULL_MS = 100;
const LONGEST_PULL_MS = 1_000;

export interface BatchPullerOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  affinity: Affinity;
}

export interface Pulled {
  readonly leases: readonly Lease[];
  /** The batches were sent to this machine alone: it has some of their objects. */
  readonly isOwn: boolean;
}

export class BatchPuller {
  readonly #options: BatchPullerOptions;
  #waitMs = SHORTEST_PULL_MS;

  constructor(options: BatchPullerOptions) {
    this.#options = options;
  }

  /** Pulls up to `wanted` batches that wait now, or else the next one to arrive; none when the wait ends first. */
  async pull(wanted: number, signal: AbortSignal): Promise<Pulled> {
    const { nats, job, worker, affinity } = this.#options;
    const { batches, batchConsumer, affinityConsumer } = job.names;
    const count = Math.min(PULLED_AT_ONCE, Math.max(1, wanted));
    const now = (consumer: string) => nats.ask(() => pullLeases(nats, { stream: batches, consumer, count }), signal);
    const own = affinity.hasFiles ? await now(affinityConsumer(worker)) : [];
    if (own.length > 0) return { leases: own, isOwn: true };
    const some = count > 1 ? await now(batchConsumer) : [];
    if (some.length > 0) return { leases: some, isOwn: false };
    const place = { stream: batches, consumer: batchConsumer, waitMs: this.#waitMs };
    const lease = await nats.ask(() => pull(nats, place), signal);
    this.#waitMs = lease === undefined ? Math.min(2 * this.#waitMs, LONGEST_PULL_MS) : SHORTEST_PULL_MS;
    return { leases: lease === undefined ? [] : [lease], isOwn: false };
  }
}
