/**
 * A holder is a machine whose volumes had files before the job began. A batch goes to the holder that has most of its
 * objects: that machine knows the files, and a newer version replaces the older one there instead of lying on two
 * machines. So a machine asks all holders before it begins a batch. It waits for an absent holder: no other machine
 * knows its files.
 */
import { randomUUID } from 'node:crypto';
import type { EventBus } from '../../../events/bus.js';
import { addHolderConsumer, deleteConsumer } from '../connection/consumers.js';
import { isHolder } from '../connection/forms.js';
import type { Tables } from '../connection/layout.js';
import { type BatchContent, decodeBatch, encodeBatch } from '../connection/messages.js';
import { WORKER_NAME } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { collect, createEntry, hasEntry, META, readEntry } from '../connection/records.js';
import type { SharedJob } from './shared-job.js';

/** A running machine checks a thousand files in a few milliseconds; its disk may be busy. */
const ANSWER_MS = 10_000;
/** How long the list of holders stays valid before this machine reads it again. */
const FRESH_MS = 2_000;

export interface HoldersOptions {
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
  readonly #options: HoldersOptions;
  #names: readonly string[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #hasFiles = false;
  #told = '';

  constructor(options: HoldersOptions) {
    this.#options = options;
  }

  /** This machine is a holder: some batches are sent to it alone. */
  get hasFiles(): boolean {
    return this.#hasFiles;
  }

  /**
   * Registers the holders: this machine when its volumes have files, and `peers`, its earlier partners: they may have
   * some.
   */
  async declare({ hasFiles, peers }: { hasFiles: boolean; peers: readonly string[] }): Promise<void> {
    const { nats, job, worker } = this.#options;
    const { names, tables, record } = job;
    this.#hasFiles = hasFiles;
    for (const holder of hasFiles ? [worker, ...peers] : peers) {
      await addHolderConsumer(nats, names, { holder, leaseMs: record.leaseMs });
      await nats.ask(() => createEntry(tables.meta, META.holder(holder), { by: worker }, isHolder));
    }
    if (hasFiles) this.#answer();
  }

  /** Decides where a batch belongs. Rejects only when the server refuses this client for good. */
  async homeOf(content: BatchContent): Promise<Home> {
    const { worker, count, events } = this.#options;
    const others = (await this.all()).filter((holder) => holder !== worker);
    if (others.length === 0) return { is: 'here' };
    const mine = this.#hasFiles ? await count(content) : 0;
    if (mine > 0 && mine === content.entries.length) return { is: 'here' };
    const answers = await Promise.all(
      others.map(async (holder) => ({ holder, found: await this.#ask(holder, content) })),
    );
    const silent = answers.filter(({ found }) => found === undefined).map(({ holder }) => holder);
    if (silent.length > 0) {
      const names = silent.join(', ');
      if (this.#told !== names) {
        events.notice(
          'queue-waits',
          `the job waits for ${names}, whose folder holds files of this bucket that must not be fetched twice: start it there, or forget it (sluice forget)`,
        );
      }
      this.#told = names;
      return { is: 'unknown' };
    }
    const best = answers.reduce((one, other) => (other.found! > one.found! ? other : one));
    return best.found! > mine ? { is: 'elsewhere', worker: best.holder } : { is: 'here' };
  }

  /** Sends a batch to the holder that has some of its objects. */
  async handOn(content: BatchContent, holder: string): Promise<void> {
    const { nats, job } = this.#options;
    // A fresh id: a batch sent again after a loss must not look like a duplicate.
    const msgID = randomUUID();
    const subject = job.names.holderSubject(holder);
    await nats.ask(() => nats.js.publish(subject, encodeBatch(content), { msgID }));
  }

  /** The names of all holders. */
  async all(): Promise<readonly string[]> {
    const { nats, job } = this.#options;
    if (performance.now() - this.#readAtMs < FRESH_MS) return this.#names;
    this.#names = await readHolders(nats, job.tables);
    this.#readAtMs = performance.now();
    return this.#names;
  }

  async #ask(holder: string, content: BatchContent): Promise<number | undefined> {
    const { nats, job } = this.#options;
    try {
      const reply = await nats.request(job.names.holderQuestion(holder), encodeBatch(content), ANSWER_MS);
      const { count } = JSON.parse(reply.string());
      return Number.isSafeInteger(count) && count >= 0 ? Math.min(count, content.entries.length) : undefined;
    } catch {
      return undefined;
    }
  }

  #answer(): void {
    const { nats, job, worker, count } = this.#options;
    nats.nc.subscribe(job.names.holderQuestion(worker), {
      callback: (error, message) => {
        if (error) return;
        // Sluice does not answer a question it cannot read; the asker then treats this holder as away.
        (async () => message.respond(JSON.stringify({ count: await count(decodeBatch(message.data)) })))().catch(
          () => {},
        );
      },
    });
  }
}

/** The names of all machines of a job whose volumes had, or may have had, files before it. */
export function readHolders(nats: QueueConnection, { meta }: Pick<Tables, 'meta'>): Promise<string[]> {
  return nats.ask(async () => {
    const found: string[] = [];
    for (const key of await collect(meta.keys(META.holder('*')))) {
      const name = key.slice(META.holder('').length);
      if (WORKER_NAME.test(name) && (await readEntry(meta, key, isHolder)) !== undefined) found.push(name);
    }
    return found;
  });
}

/** Removes a holder that is gone for good; the job stops waiting for it. False when it was not a holder. */
export async function forgetHolder(
  nats: QueueConnection,
  { names, tables }: Pick<SharedJob, 'names' | 'tables'>,
  holder: string,
): Promise<boolean> {
  const isThere = await nats.ask(() => hasEntry(tables.meta, META.holder(holder)));
  if (isThere) await nats.ask(() => tables.meta.delete(META.holder(holder)));
  await deleteConsumer(nats, names.batches, names.holderConsumer(holder));
  return isThere;
}
