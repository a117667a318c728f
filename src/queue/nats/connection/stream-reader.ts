/** Reads a stream in its order, from where the last read has ended, through a consumer that keeps no state on disk. */
import type { Msg } from '@nats-io/transport-node';
import { sleep } from '../../../lib/waiting/sleep.js';
import { pullMany, sequenceOf } from './pull.js';
import type { QueueConnection } from './queue-connection.js';
import { isGone as isMissing } from './queue-errors.js';

/** Pause before this machine creates another consumer. */
const GONE_PAUSE_MS = 50;
/** The server removes a consumer that is idle for so long. */
const IDLE_CONSUMER_MS = 5 * 60_000;

/** The sequence number of the newest message there ever was; 0 for a stream that is missing or was never written. */
export async function lastSequenceOf({ jsm }: QueueConnection, stream: string): Promise<number> {
  try {
    return (await jsm.streams.info(stream)).state.last_seq;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

export class StreamReader {
  readonly #nats: QueueConnection;
  readonly #stream: string;
  readonly #count: number;
  #consumer: string | undefined;
  #last = 0;

  /** `count`: messages that one request asks for. */
  constructor(nats: QueueConnection, stream: string, count: number) {
    this.#nats = nats;
    this.#stream = stream;
    this.#count = count;
  }

  /** The next read begins with the first message. */
  rewind(): void {
    this.#consumer = undefined;
    this.#last = 0;
  }

  /**
   * The messages up to the one of sequence number `goal`, and those behind it that came along; group by group, none twice.
   * Waits while the server is away. Rejects with ERR_QUEUE when the stream is missing.
   */
  async *read(goal: number): AsyncGenerator<readonly Msg[], void, void> {
    const nats = this.#nats;
    let isNew = false;
    for (;;) {
      isNew ||= this.#consumer === undefined;
      this.#consumer ??= await nats.ask(() => this.#follow());
      const place = { stream: this.#stream, consumer: this.#consumer, count: this.#count };
      const { messages, isGone } = await nats.ask(() => pullMany(nats, place));
      const fresh = messages.filter((message) => {
        const sequence = sequenceOf(message);
        if (sequence <= this.#last) return false;
        this.#last = sequence;
        return true;
      });
      yield fresh;
      if (isGone) {
        this.#consumer = undefined;
        await sleep(GONE_PAUSE_MS);
      } else if (messages.length < this.#count) {
        // A writer learns of its new entry before the consumer does; until then the consumer reports no message
        // (about once in a thousand writes). A new consumer reads the stream itself: what it does not deliver was
        // removed.
        if (this.#last >= goal || isNew) return;
        this.#consumer = undefined;
      }
    }
  }

  async #follow(): Promise<string> {
    const { name } = await this.#nats.jsm.consumers.add(this.#stream, {
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.#last + 1,
      inactive_threshold: IDLE_CONSUMER_MS * 1e6,
      mem_storage: true,
      num_replicas: 1,
    });
    return name;
  }
}
