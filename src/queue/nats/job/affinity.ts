/**
 * Machines whose folders held files before the job began. A part of which one of them has objects is theirs: it knows which are
 * there already, and a newer version takes the place of the old one instead of lying on two machines. So they are asked before a
 * part is begun elsewhere; one that is not there is waited for, since nobody else knows what it has.
 */
import { randomUUID } from 'node:crypto';
import type { Reporter } from '../../../events/reporter.js';
import { addHolderConsumer, deleteConsumer } from '../connection/consumers.js';
import { isHolder } from '../connection/forms.js';
import type { Tables } from '../connection/layout.js';
import { decodePart, encodePart, type PartContent } from '../connection/messages.js';
import { WORKER_NAME } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { collect, createEntry, hasEntry, META, readEntry } from '../connection/records.js';
import type { SharedJob } from './job.js';

/** A machine that is there looks at a thousand files in a few milliseconds; its disk may be busy. */
const ANSWER_MS = 10_000;
/** What is known of the others is believed for so long. */
const FRESH_MS = 2_000;

export interface HoldersOptions {
  nats: QueueConnection;
  job: SharedJob;
  worker: string;
  /** How many of these objects lie here, in whatever version. */
  count: (content: PartContent) => Promise<number>;
  reporter: Pick<Reporter, 'notice'>;
}

/** Where a part is to be worked on: here, at another machine, or nowhere for now. */
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

  /** Parts come here that are meant for this machine alone. */
  get hasFiles(): boolean {
    return this.#hasFiles;
  }

  /** What this machine's folders hold, and those of machines that have worked with it before may hold. */
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

  /** Whose part it is. Rejects only when the engine will not have us any more. */
  async homeOf(content: PartContent): Promise<Home> {
    const { worker, count, reporter } = this.#options;
    const others = (await this.all()).filter((holder) => holder !== worker);
    if (others.length === 0) return { is: 'here' };
    const mine = this.#hasFiles ? await count(content) : 0;
    if (mine > 0 && mine === content.entries.length) return { is: 'here' };
    const answers = await Promise.all(
      others.map(async (holder) => ({ holder, found: await this.#ask(holder, content) })),
    );
    const silent = answers.filter(({ found }) => found === undefined).map(({ holder }) => holder);
    if (silent.length > 0) {
      const whom = silent.join(', ');
      if (this.#told !== whom) {
        reporter.notice(
          'queue-waits',
          `the job waits for ${whom}, whose folder holds files of this bucket that must not be fetched twice: start it there, or forget it (sluice forget)`,
        );
      }
      this.#told = whom;
      return { is: 'unknown' };
    }
    const best = answers.reduce((one, other) => (other.found! > one.found! ? other : one));
    return best.found! > mine ? { is: 'elsewhere', worker: best.holder } : { is: 'here' };
  }

  /** Hands a part on to the machine that has something of it. */
  async handOn(content: PartContent, holder: string): Promise<void> {
    const { nats, job } = this.#options;
    // Handed on once more after it was lost, it must not be taken for the same message.
    const msgID = randomUUID();
    const subject = job.names.holderSubject(holder);
    await nats.ask(() => nats.js.publish(subject, encodePart(content), { msgID }));
  }

  /** Their names. */
  async all(): Promise<readonly string[]> {
    const { nats, job } = this.#options;
    if (performance.now() - this.#readAtMs < FRESH_MS) return this.#names;
    this.#names = await readHolders(nats, job.tables);
    this.#readAtMs = performance.now();
    return this.#names;
  }

  async #ask(holder: string, content: PartContent): Promise<number | undefined> {
    const { nats, job } = this.#options;
    try {
      const reply = await nats.request(job.names.holderQuestion(holder), encodePart(content), ANSWER_MS);
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
        // A question that cannot be read gets no answer, as if nobody were here.
        (async () => message.respond(JSON.stringify({ count: await count(decodePart(message.data)) })))().catch(
          () => {},
        );
      },
    });
  }
}

/** The names of all machines of a job whose folders held, or may have held, files before. */
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

/** It is gone for good: nobody waits for it any more. False when nobody has. */
export async function forgetHolder(
  nats: QueueConnection,
  { names, tables }: Pick<SharedJob, 'names' | 'tables'>,
  holder: string,
): Promise<boolean> {
  const isThere = await nats.ask(() => hasEntry(tables.meta, META.holder(holder)));
  if (isThere) await nats.ask(() => tables.meta.delete(META.holder(holder)));
  await deleteConsumer(nats, names.parts, names.holderConsumer(holder));
  return isThere;
}
