/** Takes messages from a consumer one by one, and what can be said about a message that was taken. */
import type { Msg } from '@nats-io/transport-node';
import type { QueueConnection } from './queue-connection.js';

/** A message that was taken: nobody else gets it as long as it is worked on, and for a while after. */
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

  /** Of the message in its stream: the same however often it is given out. */
  get sequence(): number {
    return sequenceOf(this.#message);
  }

  /** How often it was given out, this time included. */
  get deliveries(): number {
    return deliveriesOf(this.#message.reply ?? '');
  }

  /** Still at it. Sent without waiting: a word that is lost costs nothing, the next one follows. */
  working(): void {
    if (!this.#isOver) this.#say('+WPI');
  }

  /** Somebody else may have it at once, or after a delay. */
  giveBack(delayMs = 0): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#say(delayMs === 0 ? '-NAK' : `-NAK {"delay":${delayMs * 1e6}}`);
  }

  /** Done. Where the word is lost the message comes once more, and whoever gets it sees from the tables that it is done. */
  ack(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#say('+ACK');
  }

  /** Never to be given out again, to anybody. */
  terminate(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#say('+TERM');
  }

  #say(what: string): void {
    try {
      this.#nats.nc.publish(this.#message.reply!, what);
    } catch {
      // The connection is closed for good: what is not said is as good as lost.
    }
  }
}

/** `$JS.ACK.<stream>.<consumer>.<delivered>.…`, from 2.10 on with a domain and an account before the stream. */
export function deliveriesOf(reply: string): number {
  const tokens = reply.split('.');
  const count = Number(tokens[tokens.length >= 11 ? 6 : 4]);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** The same with the number of the message in its stream. */
export function sequenceOf({ reply = '' }: Pick<Msg, 'reply'>): number {
  const tokens = reply.split('.');
  return Number(tokens[tokens.length >= 11 ? 7 : 5]);
}

/** What the server says instead of a message; one that somebody has sent with such a header can be answered. */
function statusOf({ headers, reply }: Msg): number {
  return reply?.startsWith('$JS.ACK.') ? 0 : (headers?.code ?? 0);
}

/** Up to so many messages that are there now, each with a lease. */
export async function pullLeases(
  nats: QueueConnection,
  place: { stream: string; consumer: string; count: number },
): Promise<Lease[]> {
  const { messages } = await pullMany(nats, place);
  return messages.map((message) => new Lease(nats, message));
}

/** The next message, or undefined when there is none within `waitMs` (0: not now), or the consumer is just being made anew. */
export async function pull(
  nats: QueueConnection,
  { stream, consumer, waitMs }: { stream: string; consumer: string; waitMs: number },
): Promise<Lease | undefined> {
  const wish = waitMs === 0 ? { batch: 1, no_wait: true } : { batch: 1, expires: waitMs * 1e6 };
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  let message: Msg;
  try {
    message = await nats.request(subject, JSON.stringify(wish), waitMs + PATIENCE_MS);
  } catch (error) {
    // Nobody is there, or nobody answers: the caller comes again.
    if (NOBODY.has((error as Error).name)) return undefined;
    throw error;
  }
  // A status instead of a message: nothing there (404), the time is over (408), the consumer is gone (409).
  if (statusOf(message) > 0) return undefined;
  return new Lease(nats, message);
}

/** Beyond its own time limit the server is given this long to say that nothing came. */
const PATIENCE_MS = 3_000;

const NOBODY: ReadonlySet<string> = new Set(['TimeoutError', 'NoRespondersError', 'RequestError', 'ConnectionError']);

/** Up to so many messages of a consumer that are there now, without acknowledging any. */
export async function pullMany(
  nats: QueueConnection,
  { stream, consumer, count }: { stream: string; consumer: string; count: number },
): Promise<{ messages: Msg[]; isGone: boolean }> {
  const messages: Msg[] = [];
  const { createInbox } = await import('@nats-io/transport-node');
  const inbox = createInbox();
  const subscription = nats.nc.subscribe(inbox, { max: count + 1 });
  const timer = setTimeout(() => subscription.unsubscribe(), SCAN_PATIENCE_MS);
  try {
    const wish = JSON.stringify({ batch: count, no_wait: true });
    nats.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, wish, { reply: inbox });
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

const SCAN_PATIENCE_MS = 5_000;
