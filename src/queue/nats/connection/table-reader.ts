/**
 * Reads a table in the order of its writes and continues at its last position. It starts over when an entry that it
 * has read may no longer be true.
 */
import type { Msg } from '@nats-io/transport-node';
import { streamOfTable } from './names.js';
import { sequenceOf } from './pull.js';
import type { QueueConnection } from './queue-connection.js';
import { lastSequenceOf, StreamReader } from './stream-reader.js';

/** Entries that one request asks for. */
const SCAN_BATCH = 500;

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
  readonly #reader: StreamReader;
  /** The counts may be wrong: start over. */
  #isStale = true;
  /** The last sequence when this pass began. The removal of an entry after it makes the reader start over. */
  #beganAt = 0;

  constructor(nats: QueueConnection, table: string, entered: Entered) {
    this.#nats = nats;
    this.#stream = streamOfTable(table);
    this.#prefix = `$KV.${table}.`;
    this.#entered = entered;
    this.#reader = new StreamReader(nats, this.#stream, SCAN_BATCH);
    // A server that lost unflushed entries may assign their sequence numbers again.
    nats.onRestart(() => this.restart());
  }

  restart(): void {
    this.#isStale = true;
  }

  /** Reads all entries stored before the call. */
  async read(): Promise<void> {
    const goal = await lastSequenceOf(this.#nats, this.#stream);
    do {
      if (this.#isStale) await this.#begin();
      for await (const messages of this.#reader.read(goal)) {
        // After a restart or a removal, the rest does not count.
        for (const message of messages) if (!this.#isStale) this.#enter(message);
        if (this.#isStale) break;
      }
    } while (this.#isStale);
  }

  async #begin(): Promise<void> {
    this.#isStale = false;
    this.#reader.rewind();
    this.#entered.reset();
    this.#beganAt = await lastSequenceOf(this.#nats, this.#stream);
  }

  #enter(message: Msg): void {
    const isRemoval = Boolean(message.headers?.get('KV-Operation'));
    const isRight = !isRemoval && this.#entered.enter(message.subject.slice(this.#prefix.length), message.data);
    // The counts may include an entry that was removed or overwritten since the pass began: read everything again.
    if (sequenceOf(message) > this.#beganAt && (!isRight || isOverwriting(message))) this.#isStale = true;
  }
}

/** Sluice only creates entries in these tables: each of its writes names the expected sequence. */
function isOverwriting({ headers }: Msg): boolean {
  return !headers?.has('Nats-Expected-Last-Subject-Sequence');
}
