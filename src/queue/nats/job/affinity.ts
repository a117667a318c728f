/**
 * Affinity: a machine whose volumes had files before the job began gets the batches with those objects. It knows the
 * files, and a newer version replaces the older one there instead of lying on two machines. So each machine asks all
 * machines with affinity before it begins a batch, and waits for one that is absent: no other machine knows its files.
 */
import { randomUUID } from 'node:crypto';
import type { EventBus } from '../../../events/bus.js';
import { say } from '../../../texts/say.js';
import { addAffinityConsumer, deleteConsumer } from '../connection/consumers.js';
import { isAffinity } from '../connection/forms.js';
import type { Tables } from '../connection/layout.js';
import { type BatchContent, decodeBatch, encodeBatch } from '../connection/messages.js';
import { WORKER_NAME } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { collect, createEntry, hasEntry, META, readEntry } from '../connection/records.js';
import type { SharedJob } from './shared-job.js';

/** A running machine checks a thousand files in a few milliseconds; its disk may be busy. */
const ANSWER_MS = 10_000;
/** How long the list of machines with affinity stays valid before this machine reads it again. */
const FRESH_MS = 2_000;

export interface AffinityOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  /** How many of these objects exist on this machine, in any version. */
  count: (content: BatchContent) => Promise<number>;
  events: Pick<EventBus, 'notice'>;
}

/** Where a batch belongs: here, on another machine, or unknown for now. */
export type Home =
  | { readonly is: 'here' }
  | { readonly is: 'elsewhere'; readonly worker: string }
  | { readonly is: 'unknown' };

export class Affinity {
  readonly #options: AffinityOptions;
  #names: readonly string[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #hasFiles = false;
  #notifiedOf = '';

  constructor(options: AffinityOptions) {
    this.#options = options;
  }

  /** This machine has affinity: some batches are sent to it alone. */
  get hasFiles(): boolean {
    return this.#hasFiles;
  }

  /**
   * Registers the machines with affinity: this machine when its volumes have files, and `peers`, its earlier partners:
   * they may have some.
   */
  async declare({ hasFiles, peers }: { hasFiles: boolean; peers: readonly string[] }): Promise<void> {
    const { nats, job, worker } = this.#options;
    const { names, tables, record } = job;
    this.#hasFiles = hasFiles;
    for (const peer of hasFiles ? [worker, ...peers] : peers) {
      await addAffinityConsumer(nats, names, { peer, leaseMs: record.leaseMs });
      await nats.ask(() => createEntry(tables.meta, META.affinity(peer), { by: worker }, isAffinity));
    }
    if (hasFiles) this.#answer();
  }

  /** Decides where a batch belongs. Rejects only when the server refuses this client for good. */
  async homeOf(content: BatchContent): Promise<Home> {
    const { worker, count, events } = this.#options;
    const others = (await this.all()).filter((peer) => peer !== worker);
    if (others.length === 0) return { is: 'here' };
    const mine = this.#hasFiles ? await count(content) : 0;
    if (mine > 0 && mine === content.entries.length) return { is: 'here' };
    const answers = await Promise.all(others.map(async (peer) => ({ peer, found: await this.#ask(peer, content) })));
    const silent = answers.filter(({ found }) => found === undefined).map(({ peer }) => peer);
    if (silent.length > 0) {
      const names = silent.join(', ');
      if (this.#notifiedOf !== names) {
        events.notice('queue-waits', say.queue.job.waitsForFiles(names));
      }
      this.#notifiedOf = names;
      return { is: 'unknown' };
    }
    const best = answers.reduce((one, other) => (other.found! > one.found! ? other : one));
    return best.found! > mine ? { is: 'elsewhere', worker: best.peer } : { is: 'here' };
  }

  /** Sends a batch to the machine that has some of its objects. */
  async handOn(content: BatchContent, peer: string): Promise<void> {
    const { nats, job } = this.#options;
    // A fresh id: a batch sent again after a loss must not look like a duplicate.
    const msgID = randomUUID();
    const subject = job.names.affinitySubject(peer);
    await nats.ask(() => nats.js.publish(subject, encodeBatch(content), { msgID }));
  }

  /** The names of all machines with affinity. */
  async all(): Promise<readonly string[]> {
    const { nats, job } = this.#options;
    if (performance.now() - this.#readAtMs < FRESH_MS) return this.#names;
    this.#names = await readAffineWorkers(nats, job.tables);
    this.#readAtMs = performance.now();
    return this.#names;
  }

  async #ask(peer: string, content: BatchContent): Promise<number | undefined> {
    const { nats, job } = this.#options;
    try {
      const reply = await nats.request(job.names.affinityQuestion(peer), encodeBatch(content), ANSWER_MS);
      const { count } = JSON.parse(reply.string());
      return Number.isSafeInteger(count) && count >= 0 ? Math.min(count, content.entries.length) : undefined;
    } catch {
      return undefined;
    }
  }

  #answer(): void {
    const { nats, job, worker, count } = this.#options;
    nats.nc.subscribe(job.names.affinityQuestion(worker), {
      callback: (error, message) => {
        if (error) return;
        // Sluice does not answer a question it cannot read; the asker then treats this machine as away.
        (async () => message.respond(JSON.stringify({ count: await count(decodeBatch(message.data)) })))().catch(
          () => {},
        );
      },
    });
  }
}

/** The names of all machines of a job whose volumes had, or may have had, files before it. */
export function readAffineWorkers(nats: QueueConnection, { meta }: Pick<Tables, 'meta'>): Promise<string[]> {
  return nats.ask(async () => {
    const found: string[] = [];
    for (const key of await collect(meta.keys(META.affinity('*')))) {
      const name = key.slice(META.affinity('').length);
      if (WORKER_NAME.test(name) && (await readEntry(meta, key, isAffinity)) !== undefined) found.push(name);
    }
    return found;
  });
}

/** Removes the affinity of a machine that is gone for good; the job stops waiting for it. False when it had none. */
export async function forgetAffinity(
  nats: QueueConnection,
  { names, tables }: Pick<SharedJob, 'names' | 'tables'>,
  peer: string,
): Promise<boolean> {
  const isThere = await nats.ask(() => hasEntry(tables.meta, META.affinity(peer)));
  if (isThere) await nats.ask(() => tables.meta.delete(META.affinity(peer)));
  await deleteConsumer(nats, names.batches, names.affinityConsumer(peer));
  return isThere;
}
