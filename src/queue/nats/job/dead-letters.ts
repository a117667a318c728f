/**
 * Messages that Sluice cannot read: garbage, or from another version. A bad message must not stop the job again and
 * again. So Sluice removes it from its stream for good, keeps a copy for inspection, and reports it. If it stood for
 * work, the tables show that as missing.
 */
import type { EventBus } from '../../../events/bus.js';
import { say } from '../../../texts/say.js';
import type { Lease } from '../connection/pull.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { isThere } from '../connection/queue-errors.js';
import type { SharedJob } from './shared-job.js';

/** Limits of the kept copies: count and bytes in total, bytes of each. */
const KEPT_MESSAGES = 1_000;
const KEPT_BYTES = 16 * 1024 ** 2;
const KEPT_BYTES_EACH = 16 * 1024;

export interface DeadLettersOptions {
  nats: QueueConnection;
  job: SharedJob;
  events: Pick<EventBus, 'notice'>;
}

export class DeadLetters {
  readonly #options: DeadLettersOptions;
  #count = 0;
  #isStreamMade = false;

  constructor(options: DeadLettersOptions) {
    this.#options = options;
  }

  /** Decodes a message. Undefined when that fails; the server then never delivers the message again. */
  async read<T>(lease: Lease, from: 'folders' | 'parts', decode: (data: Uint8Array) => T): Promise<T | undefined> {
    try {
      return decode(lease.data);
    } catch (error) {
      await this.put(lease, from, (error as Error).message);
      return undefined;
    }
  }

  async put(lease: Lease, from: 'folders' | 'parts', why: string): Promise<void> {
    const isKept = await this.#keep(lease, from).catch(() => false);
    lease.terminate();
    const { strange } = say.queue;
    const of = from === 'parts' ? strange.batches : strange.folders;
    this.#say(strange.what(lease.sequence, of, lease.data.length, why), isKept);
  }

  /** Report the first one, the tenth, the hundredth: a flooded stream must not flood the log. */
  #say(what: string, isKept: boolean): void {
    const { job, events } = this.#options;
    const { names, record } = job;
    const count = ++this.#count;
    if (!/^10*$/.test(String(count))) return;
    const { strange } = say.queue;
    const found = strange.message(names.job, count, what);
    const message = isKept ? strange.kept(found, names.rejected) : found;
    const consequence = record.kind === 'listing' ? strange.relisted : strange.reported;
    events.notice('queue-set-aside', consequence(message));
  }

  async #keep(lease: Lease, from: 'folders' | 'parts'): Promise<boolean> {
    const { nats, job } = this.#options;
    const { names } = job;
    if (!this.#isStreamMade) {
      await nats.jsm.streams
        .add({
          name: names.rejected,
          subjects: [names.rejectedSubject(from).replace(/\w+$/, '*')],
          storage: 'file',
          discard: 'old',
          max_msgs: KEPT_MESSAGES,
          max_bytes: KEPT_BYTES,
        })
        .catch((error: unknown) => {
          // Another machine has created it.
          if (!isThere(error)) throw error;
        });
      this.#isStreamMade = true;
    }
    // The id deduplicates: a message that comes again because `terminate` was lost gets no second copy.
    const msgID = `${from}.${lease.sequence}`;
    await nats.js.publish(names.rejectedSubject(from), lease.data.subarray(0, KEPT_BYTES_EACH), { msgID });
    return true;
  }
}
