/** Pulls messages from a consumer, and answers them. */
import type { Msg } from '@nats-io/transport-node';
import type { QueueConnection } from './queue-connection.js';

/** A pulled message: the server delivers it to no other machine until the lease expires or this machine releases it. */
export class Lease {
  readonly #nats: QueueConnection;
  readonly #message: Msg;
  #isOver = false;

  constructor(nats: QueueConnection, message: Msg) {
    this.#nats = nats;
    this.#message = message;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  /** Sequence number in the stream: the same at each delivery. */
  get sequence(): number {
    return sequenceOf(this.#message);
  }

  /** Number of deliveries, this one included. */
  get deliveries(): number {
    return deliveriesOf(this.#message.reply ?? '');
  }

  /** Renews the lease. Does not wait for a reply: a lost renewal costs nothing, the next one follows. */
  working(): void {
    if (!this.#isOver) this.#say('+WPI');
  }

  /** Requeues the message, at once or after a delay. */
  nack(delayMs = 0): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#say(delayMs === 0 ? '-NAK' : `-NAK {"delay":${delayMs * 1e6}}`);
  }

  /**
   * Done. If the acknowledgement is lost, the server delivers the message again, and its next owner sees in the
   * tables that it is done.
   */
  ack(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#say('+ACK');
  }

  /** The server never delivers the message again. */
  terminate(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#say('+TERM');
  }

  #say(what: string): void {
    try {
      this.#nats.nc.publish(this.#message.reply!, what);
    } catch {
      // The connection is closed for good: the effect is the same as a lost message.
    }
  }
}

/** `$JS.ACK.<stream>.<consumer>.<delivered>.…`, from 2.10 on with a domain and an account before the stream. */
export function deliveriesOf(reply: string): number {
  const tokens = reply.split('.');
  const count = Number(tokens[tokens.length >= 11 ? 6 : 4]);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** Sequence number of the message in its stream, from the same subject. */
export function sequenceOf({ reply = '' }: Pick<Msg, 'reply'>): number {
  const tokens = reply.split('.');
  return Number(tokens[tokens.length >= 11 ? 7 : 5]);
}

/**
 * Status of a server reply without a message. A real message has an acknowledgement subject, even when its sender has
 * set a status header.
 */
function statusOf({ headers, reply }: Msg): number {
  return reply?.startsWith('$JS.ACK.') ? 0 : (headers?.code ?? 0);
}

/** Pulls up to `count` messages that wait now, each with a lease. */
export async function pullLeases(
  nats: QueueConnection,
  place: { stream: string; consumer: string; count: number },
): Promise<Lease[]> {
  const { messages } = await pullMany(nats, place);
  return messages.map((message) => new Lease(nats, message));
}

/**
 * Pulls the next message. Undefined when none comes within `waitMs` (0: none waits now), or the consumer is being
 * recreated.
 */
export async function pull(
  nats: QueueConnection,
  { stream, consumer, waitMs }: { stream: string; consumer: string; waitMs: number },
): Promise<Lease | undefined> {
  const request = waitMs === 0 ? { batch: 1, no_wait: true } : { batch: 1, expires: waitMs * 1e6 };
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  let message: Msg;
  try {
    message = await nats.request(subject, JSON.stringify(request), waitMs + ANSWER_TIMEOUT_MS);
  } catch (error) {
    // The server or the consumer is away: the caller pulls again.
    if (NO_ANSWER.has((error as Error).name)) return undefined;
    throw error;
  }
  // A status instead of a message: none waits (404), the time is over (408), the consumer is gone (409).
  if (statusOf(message) > 0) return undefined;
  return new Lease(nats, message);
}

/** After its own time limit, the server has this long to report that no message came. */
const ANSWER_TIMEOUT_MS = 3_000;

const NO_ANSWER: ReadonlySet<string> = new Set([
  'TimeoutError',
  'NoRespondersError',
  'RequestError',
  'ConnectionError',
]);

/** Pulls up to `count` messages that wait now, without an acknowledgement. `isGone`: the consumer is away. */
export async function pullMany(
  nats: QueueConnection,
  { stream, consumer, count }: { stream: string; consumer: string; count: number },
): Promise<{ messages: Msg[]; isGone: boolean }> {
  const messages: Msg[] = [];
  const { createInbox } = await import('@nats-io/transport-node');
  const inbox = createInbox();
  const subscription = nats.nc.subscribe(inbox, { max: count + 1 });
  const timer = setTimeout(() => subscription.unsubscribe(), SCAN_TIMEOUT_MS);
  try {
    const request = JSON.stringify({ batch: count, no_wait: true });
    nats.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: inbox });
    for await (const message of subscription) {
      const code = statusOf(message);
      if (code === 404 || code === 408) return { messages, isGone: false };
      if (code > 0) return { messages, isGone: true };
      messages.push(message);
      if (messages.length === count) return { messages, isGone: false };
    }
    return { messages, isGone: true };
  } finally {
    clearTimeout(timer);
    subscription.unsubscribe();
  }
}

const SCAN_TIMEOUT_MS = 5_000;
