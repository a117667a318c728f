/** The limits that a user sets: bytes, objects and listing requests per second. They can change during a run. */
import { Gate } from './gate.js';
import { RateLimit } from './rate-limit.js';
import { msUntilChange, rateAt, type Timetable } from './timetable.js';

export interface LimitValues {
  /** Bytes of objects per second, by time of day; undefined = no limit. */
  readonly bytesPerSecond: Timetable | undefined;
  /** Requests for objects per second; undefined = no limit. */
  readonly objectsPerSecond: number | undefined;
  /** Listing requests per second; undefined = no limit. */
  readonly listsPerSecond: number | undefined;
}

export interface LimitValuesChange {
  readonly bytesPerSecond?: number | null | undefined;
  readonly objectsPerSecond?: number | null | undefined;
  readonly listsPerSecond?: number | null | undefined;
}

export class Limits {
  readonly bytes: RateLimit;
  readonly objects: RateLimit;
  readonly lists: RateLimit;
  /** Closed while the user pauses the run. */
  readonly gate: Gate;
  readonly #signal: AbortSignal;
  readonly #now: () => Date;
  #timer: NodeJS.Timeout | undefined;

  /** After `signal` aborts no request waits. */
  constructor(values: LimitValues, { signal, now = () => new Date() }: { signal: AbortSignal; now?: () => Date }) {
    this.#signal = signal;
    this.#now = now;
    this.gate = new Gate({ signal });
    this.bytes = new RateLimit({ signal });
    this.objects = new RateLimit({ signal });
    this.lists = new RateLimit({ signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
    this.apply(values);
  }

  /** Whether a request waits because of a limit, or all of them because of the user. */
  get isWaiting(): boolean {
    return !this.gate.isOpen || [this.bytes, this.objects, this.lists].some(({ waiting }) => waiting > 0);
  }

  /** Current values, for the snapshot. */
  gauges(): Readonly<Record<string, unknown>> {
    const { bytes, objects, lists } = this;
    return {
      ...{ bytesPerSecond: bytes.perSecond, objectsPerSecond: objects.perSecond, listsPerSecond: lists.perSecond },
      ...(!this.gate.isOpen && { isPausedByUser: true }),
    };
  }

  /** Replaces the limits; they apply at once. */
  apply({ bytesPerSecond, objectsPerSecond, listsPerSecond }: LimitValues): void {
    this.objects.set(objectsPerSecond);
    this.lists.set(listsPerSecond);
    this.#follow(bytesPerSecond);
  }

  /** Replaces the limits that are named; null = no limit any more. */
  change({ bytesPerSecond, objectsPerSecond, listsPerSecond }: LimitValuesChange): void {
    if (objectsPerSecond !== undefined) this.objects.set(objectsPerSecond ?? undefined);
    if (listsPerSecond !== undefined) this.lists.set(listsPerSecond ?? undefined);
    // From now on this rate, at any time of day.
    if (bytesPerSecond === null) this.#follow(undefined);
    else if (bytesPerSecond !== undefined) this.#follow([{ minuteOfWeek: 0, perSecond: bytesPerSecond }]);
  }

  #follow(timetable: Timetable | undefined): void {
    clearTimeout(this.#timer);
    this.bytes.set(timetable && rateAt(timetable, this.#now()));
    const changeMs = timetable && msUntilChange(timetable, this.#now());
    if (changeMs === undefined || this.#signal.aborted) return;
    // A timer may fire a little early.
    this.#timer = setTimeout(() => this.#follow(timetable), changeMs + 50);
    this.#timer.unref();
  }
}
