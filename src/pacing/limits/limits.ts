/** The limits that a user sets: bytes, objects and listing requests each second. They can change while a run goes on. */
import { RateLimit } from './rate-limit.js';
import { msUntilChange, rateAt, type Timetable } from './timetable.js';

export interface LimitValues {
  /** Bytes of objects each second, by the time of the day; undefined = no limit. */
  readonly bytesPerSecond: Timetable | undefined;
  /** Requests for objects each second. */
  readonly objectsPerSecond: number | undefined;
  /** Listing requests each second. */
  readonly listsPerSecond: number | undefined;
}

export class Limits {
  readonly bytes: RateLimit;
  readonly objects: RateLimit;
  readonly lists: RateLimit;
  readonly #signal: AbortSignal;
  readonly #now: () => Date;
  #timer: NodeJS.Timeout | undefined;

  /** Once `signal` aborts nobody waits any more. */
  constructor(values: LimitValues, { signal, now = () => new Date() }: { signal: AbortSignal; now?: () => Date }) {
    this.#signal = signal;
    this.#now = now;
    this.bytes = new RateLimit({ signal });
    this.objects = new RateLimit({ signal });
    this.lists = new RateLimit({ signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
    this.apply(values);
  }

  /** Someone waits because of a limit. */
  get isWaiting(): boolean {
    return [this.bytes, this.objects, this.lists].some(({ waiting }) => waiting > 0);
  }

  /** From now on these hold. */
  apply({ bytesPerSecond, objectsPerSecond, listsPerSecond }: LimitValues): void {
    this.objects.set(objectsPerSecond);
    this.lists.set(listsPerSecond);
    this.#follow(bytesPerSecond);
  }

  #follow(timetable: Timetable | undefined): void {
    clearTimeout(this.#timer);
    this.bytes.set(timetable && rateAt(timetable, this.#now()));
    const changeMs = timetable && msUntilChange(timetable, this.#now());
    if (changeMs === undefined || this.#signal.aborted) return;
    // A timer may be early by a little.
    this.#timer = setTimeout(() => this.#follow(timetable), changeMs + 50);
    this.#timer.unref();
  }
}
