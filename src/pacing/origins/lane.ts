/** One origin of many: its pacer, the objects that wait for it, and whether it answers. */
import type { TransferError } from '../../errors.js';
import type { Delivery } from '../../model/batch.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { Pacer } from '../pacer.js';

/** Removed items are cut off in blocks of this size. */
const CUT = 1_024;

/** `new`: it has never answered. `out`: a probe has found that it does not answer. `given up`: its objects fail. */
export type LaneState = 'new' | 'up' | 'out' | 'given up';

export class Lane {
  readonly origin: string;
  /** Undefined while the origin is not open. */
  pacer: Pacer | undefined;
  state: LaneState = 'new';
  /** While it is out, or given up: since when, and why. Wall clock. */
  sinceMs = 0;
  error: TransferError | undefined;
  /** When the last answer came; monotonic. */
  answeredMs = Number.NEGATIVE_INFINITY;
  /** When the last probe of an origin that is given up went out; monotonic. */
  triedMs = Number.NEGATIVE_INFINITY;
  /** Objects that have begun, and hold no connection yet. */
  starting = 0;
  /** Requests that have begun and not returned. */
  running = 0;
  /** Objects of this origin that are set aside. */
  aside = 0;
  #waiting: Delivery[] = [];
  #first = 0;
  #sample: ObjectEntry | undefined;
  #isStored = false;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Objects in memory that have not begun. */
  get waiting(): number {
    return this.#waiting.length - this.#first;
  }

  /** Has objects to fetch. One that is out has at least one: the one that a probe decides about. */
  get hasWork(): boolean {
    return this.state === 'out' || this.waiting > 0 || this.aside > 0 || this.running > 0 || this.busy > 0;
  }

  /** Nothing of it would be lost if it were forgotten now. */
  get isIdle(): boolean {
    return !this.hasWork && (this.pacer?.health.isOpen ?? true);
  }

  /** Requests in flight, and objects that will send one next. */
  get busy(): number {
    return (
      this.starting + (this.pacer === undefined ? 0 : this.pacer.slots.connections.inUse + this.pacer.slots.hanging)
    );
  }

  /** Whether another object may begin. An origin that has never answered gets one request until it does. */
  get hasRoom(): boolean {
    const { slots } = this.pacer!;
    const limit = this.state === 'new' ? 1 : slots.connections.capacity;
    return this.starting + slots.connections.inUse < limit;
  }

  push(delivery: Delivery): void {
    this.#waiting.push(delivery);
  }

  shift(): Delivery | undefined {
    const delivery = this.#waiting[this.#first];
    if (delivery === undefined) return undefined;
    this.#first++;
    if (this.#first === this.#waiting.length || this.#first >= CUT) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return delivery;
  }

  /** Removes and returns all but the first `kept` that wait. */
  takeAllBut(kept: number): Delivery[] {
    return this.#waiting.splice(this.#first + kept);
  }

  /** The object that a probe asks for: the smallest stored one, else the last one that was tried. */
  get sample(): ObjectEntry | undefined {
    return this.#sample;
  }

  tried(entry: ObjectEntry): void {
    if (!this.#isStored) this.#sample = entry;
  }

  stored(entry: ObjectEntry): void {
    const size = entry.size ?? Number.POSITIVE_INFINITY;
    if (this.#isStored && size >= (this.#sample?.size ?? Number.POSITIVE_INFINITY)) return;
    this.#sample = entry;
    this.#isStored = true;
  }
}
