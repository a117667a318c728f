/**
 * Reads a table in the order of its writes and continues at its last position. It starts over when an entry that it
 * has read may no longer be true.
 */
import type { Msg } from '@nats-io/transport-node';
import { sleep } from '../../../lib/waiting/sleep.js';
import { streamOfTable } from './names.js';
import { pullMany, sequenceOf } from './pull.js';
import type { QueueConnection } from './queue-connection.js';

const SCAN_BATCH = 500;
/** Pause before this machine creates another consumer. */
const GONE_PAUSE_MS = 50;
/** The server removes a consumer that is idle for so long. */
const IDLE_CONSUMER_MS = 5 * 60_000;

export interface Entered {
  /** The reader starts over: drop all counts. */
  reset(): void;
  /** False when the entry is invalid. */
  enter(key: string, value: Uint8Array): boolean;
}

export class TableReader {
  readonly #nats: QueueConnection;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #entered: Entered;
  #consumer: string | undefined;
  #lastSequence = 0;
  /** The counts may be wrong: start over. */
  #isStale = true;
  /** The last sequence when this pass began. The removal of an entry after it makes the reader start over. */
  #beganAt = 0;

  constructor(nats: QueueConnection, table: string, entered: Entered) {
    this.#nats = nats;
    this.#stream = streamOfTable(table);
    this.#prefix = `$KV.${table}.`;
    this.#entered = entered;
    // A server that lost unflushed entries may assign their sequence numbers again.
    nats.onRestart(() => this.restart());
  }

  restart(): void {
    this.#isStale = true;
  }

  /** Reads all entries stored before the call. */
  async read(): Promise<void> {
    const goal = await this.#lastStored();
    let isNew = false;
    for (;;) {
      if (this.#isStale) await this.#begin();
      isNew ||= this.#consumer === undefined;
      this.#consumer ??= await this.#follow();
      const place = { stream: this.#stream, consumer: this.#consumer, count: SCAN_BATCH };
      const { messages, isGone } = await pullMany(this.#nats, place);
      // After a restart or a removal, the rest of the batch does not count.
      for (const message of messages) if (!this.#isStale) this.#enter(message);
      if (this.#isStale) continue;
      if (isGone) {
        this.#consumer = undefined;
        await sleep(GONE_PAUSE_MS);
      } else if (messages.length < SCAN_BATCH) {
        // A writer learns of its new entry before the consumer does; until then the consumer reports no message
        // (about once in a thousand writes). A new consumer reads the stream itself: what it does not deliver was
        // removed.
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
    // The counts may include an entry that was removed or overwritten since the pass began: read everything again.
    if (sequence > this.#beganAt && (!isRight || isOverwriting(message))) this.#isStale = true;
  }
}

/** Sluice only creates entries in these tables: each of its writes names the expected sequence. */
function isOverwriting({ headers }: Msg): boolean {
  return !headers?.has('Nats-Expected-Last-Subject-Sequence');
}
