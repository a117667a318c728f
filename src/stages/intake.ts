/**
 * Objects enter the transfer here, one by one. Failed objects enter again after their delay. The number of objects
 * inside (entered and not settled) is bounded, and so is the number that wait for another attempt.
 */
import { Duplex } from 'node:stream';
import type { TransferError } from '../errors.js';
import type { EventBus } from '../events/bus.js';
import { DelayLine } from '../lib/streams/delay-line.js';
import type { Delivery, Result } from '../model/batch.js';

export interface IntakeOptions {
  events: Pick<EventBus, 'taken'>;
  /** Objects inside at once, including those that wait for another attempt, without those that are set aside. */
  limit: number;
  /** Once aborted no new object enters, and waiting objects end with their last error. */
  draining: AbortSignal;
}

interface Retry {
  delivery: Delivery;
  /** Undefined when the object was not tried. */
  error?: TransferError;
}

type Item = Delivery | Result;

/** A stream from groups of items to single objects. It ends when its input has ended and all objects are settled. */
export class Intake extends Duplex {
  readonly #events: Pick<EventBus, 'taken'>;
  readonly #limit: number;
  readonly #draining: AbortSignal;
  readonly #delayed = new DelayLine<Retry>(({ delivery }) => this.#again(delivery));
  /** Objects whose delay is over. */
  #due: Item[] = [];
  #items: Item[] = [];
  #nextItem = 0;
  #itemsDone: (() => void) | undefined;
  #inputDone: (() => void) | undefined;
  #inside = 0;
  /** Those of them that a later stage has set aside. */
  #aside = 0;
  #isPumpDue = false;
  #wantsMore = false;

  constructor({ events, limit, draining }: IntakeOptions) {
    super({ objectMode: true, writableHighWaterMark: 1, readableHighWaterMark: 16 });
    this.#events = events;
    this.#limit = limit;
    this.#draining = draining;
    draining.addEventListener('abort', this.#drain, { once: true });
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#delayed.size;
  }

  /** Whether a later stage has got every object of the input, and none waits here for another attempt. */
  get isAllGiven(): boolean {
    return this.#inputDone !== undefined && this.readableLength === 0 && this.#due.length === 0 && this.waiting === 0;
  }

  /** Takes an object for another attempt. */
  redeliver(retry: Retry, delayMs: number): void {
    this.#delayed.put(retry, delayMs);
  }

  /** Sends a result to settle once more. */
  resubmit(result: Result): void {
    this.#again(result);
  }

  /** An object inside is settled. */
  settled(): void {
    this.#inside--;
    this.#pump();
  }

  /** The object counts as never taken. */
  notTaken(): void {
    this.#events.taken(-1);
    this.settled();
  }

  /** A later stage has set so many objects aside, out of memory; negative: they are back. */
  putAside(objects: number): void {
    this.#aside += objects;
    if (objects <= 0 || this.#isPumpDue) return;
    // The stage that says this has just been given an object, perhaps by `#pump` itself.
    this.#isPumpDue = true;
    queueMicrotask(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  /** So many objects that are set aside count as never taken. */
  asideNotTaken(objects: number): void {
    this.#events.taken(-objects);
    this.#aside -= objects;
    this.#inside -= objects;
    this.#pump();
  }

  override _write(items: Item[], _encoding: BufferEncoding, done: () => void): void {
    this.#items = items;
    this.#nextItem = 0;
    this.#itemsDone = done;
    this.#pump();
  }

  override _final(done: () => void): void {
    this.#inputDone = done;
    this.#pump();
  }

  override _read(): void {
    this.#wantsMore = true;
    this.#pump();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#draining.removeEventListener('abort', this.#drain);
    this.#delayed.flush();
    done(error);
  }

  #again(item: Item): void {
    this.#due.push(item);
    this.#pump();
  }

  readonly #drain = (): void => {
    for (const { delivery, error } of this.#delayed.flush()) {
      this.#due.push(error === undefined ? { delivery, isNotTaken: true } : { delivery, error, isFinal: true });
    }
    this.#pump();
  };

  #pump(): void {
    while (this.#wantsMore && this.#due.length > 0) this.#wantsMore = this.push(this.#due.shift());
    if (this.#draining.aborted) this.#nextItem = this.#items.length;
    while (this.#wantsMore && this.#nextItem < this.#items.length && this.#inside - this.#aside < this.#limit) {
      const item = this.#items[this.#nextItem++]!;
      this.#inside++;
      this.#events.taken(1);
      this.#wantsMore = this.push(item);
    }
    if (this.#nextItem < this.#items.length) return;
    this.#items = [];
    this.#nextItem = 0;
    if (this.#itemsDone !== undefined) {
      const done = this.#itemsDone;
      this.#itemsDone = undefined;
      done();
    } else if (this.#inputDone !== undefined && this.#inside === 0) {
      const done = this.#inputDone;
      this.#inputDone = undefined;
      this.push(null);
      done();
    }
  }
}
