/** Reads a table in the order in which it was written, and goes on where it was; again from the beginning where what it has read is not true any more. */
import type { Msg } from '@nats-io/transport-node';
import { sleep } from '../../../lib/waiting/sleep.js';
import { streamOfTable } from './names.js';
import { pullMany, sequenceOf } from './pull.js';
import type { QueueConnection } from './queue-connection.js';

const SCAN_BATCH = 500;
/** Before the next consumer is made. */
const GONE_PAUSE_MS = 50;
/** A consumer that nobody asks any more goes by itself. */
const IDLE_CONSUMER_MS = 5 * 60_000;

export interface Entered {
  /** Everything comes once more. */
  reset(): void;
  /** False when it is none of ours. */
  enter(key: string, value: Uint8Array): boolean;
}

export class TableReader {
  readonly #nats: QueueConnection;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #entered: Entered;
  #consumer: string | undefined;
  #lastSequence = 0;
  /** What was counted may not be true any more. */
  #isStale = true;
  /** What was written when this pass began: an entry that is removed later makes it necessary to begin anew. */
  #beganAt = 0;

  constructor(nats: QueueConnection, table: string, entered: Entered) {
    this.#nats = nats;
    this.#stream = streamOfTable(table);
    this.#prefix = `$KV.${table}.`;
    this.#entered = entered;
    // A server that lost what it had not written to its disk may count on from an earlier number.
    nats.onRestart(() => this.restart());
  }

  restart(): void {
    this.#isStale = true;
  }

  /** Everything that was stored before it was asked for. */
  async read(): Promise<void> {
    const goal = await this.#lastStored();
    let isNew = false;
    for (;;) {
      if (this.#isStale) await this.#begin();
      isNew ||= this.#consumer === undefined;
      this.#consumer ??= await this.#follow();
      const place = { stream: this.#stream, consumer: this.#consumer, count: SCAN_BATCH };
      const { messages, isGone } = await pullMany(this.#nats, place);
      // What comes after a restart, or a removal, is not worth counting.
      for (const message of messages) if (!this.#isStale) this.#enter(message);
      if (this.#isStale) continue;
      if (isGone) {
        this.#consumer = undefined;
        await sleep(GONE_PAUSE_MS);
      } else if (messages.length < SCAN_BATCH) {
        // A consumer is told of a new entry after its writer is, and says until then that there is none (about once in a
        // thousand writes). One that is made now looks for itself: what it does not have was removed.
        if (this.#lastSequence >= goal || isNew) return;
        this.#consumer = undefined;
      }
    }
  }

  async #lastStored(): Promise<number> {
    const { state } = await this.#nats.jsm.streams.info(this.#stream);
    return state.last_seq;
  }

  async #begin(): Promise<void> {
    this.#isStale = false;
    this.#consumer = undefined;
    this.#entered.reset();
    this.#lastSequence = 0;
    this.#beganAt = await this.#lastStored();
  }

  async #follow(): Promise<string> {
    const { name } = await this.#nats.jsm.consumers.add(this.#stream, {
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.#lastSequence + 1,
      inactive_threshold: IDLE_CONSUMER_MS * 1e6,
      mem_storage: true,
      num_replicas: 1,
    });
    return name;
  }

  #enter(message: Msg): void {
    const sequence = sequenceOf(message);
    if (sequence <= this.#lastSequence) return;
    this.#lastSequence = sequence;
    const isRemoval = Boolean(message.headers?.get('KV-Operation'));
    const isRight = !isRemoval && this.#entered.enter(message.subject.slice(this.#prefix.length), message.data);
    // What was removed, or written over, since the beginning of the pass may have been counted: everything has to be read anew.
    if (sequence > this.#beganAt && (!isRight || isOverwriting(message))) this.#isStale = true;
  }
}

/** We make entries, and change none that counts: such a one says what it has found before. */
function isOverwriting({ headers }: Msg): boolean {
  return !headers?.has('Nats-Expected-Last-Subject-Sequence');
}
