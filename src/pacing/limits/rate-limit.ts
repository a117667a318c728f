/**
 * So much a second and no more: a token bucket that may be overdrawn by one item, so that the average is exact whatever
 * the size of the items, and whose contents are a fraction of a second, so that idleness is not made up for in a burst.
 */

/** What an idle time leaves: enough to make up for late timers, far below the burst of a whole second. */
const BURST_SECONDS = 0.1;

interface Waiter {
  amount: number;
  go: () => void;
}

export interface RateLimitOptions {
  /** @default no limit */
  perSecond?: number | undefined;
  /** Once aborted nobody waits any more. */
  signal: AbortSignal;
  /** By a clock that nobody sets. */
  nowMs?: () => number;
}

/** The number waiting is bounded by those who ask. First come, first served. */
export class RateLimit {
  readonly #signal: AbortSignal;
  readonly #nowMs: () => number;
  readonly #waiting: Waiter[] = [];
  #wished: number | undefined;
  #cap: number | undefined;
  #share: number | undefined;
  #taken = 0;
  /** The smallest of the three. */
  #perSecond: number | undefined;
  #tokens = 0;
  #filledMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ perSecond, signal, nowMs = () => performance.now() }: RateLimitOptions) {
    this.#signal = signal;
    this.#nowMs = nowMs;
    this.#wished = perSecond;
    this.#perSecond = perSecond;
    this.#filledMs = nowMs();
    signal.addEventListener('abort', () => this.#serve(), { once: true });
  }

  get perSecond(): number | undefined {
    return this.#perSecond;
  }

  /** What was set. */
  get wished(): number | undefined {
    return this.#wished;
  }

  /** All that was ever taken. */
  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** From now on; undefined = no limit. Those who wait go by the new one. */
  set(perSecond: number | undefined): void {
    this.#wished = perSecond;
    this.#apply();
  }

  /** No more than this either, for another reason; undefined = that has passed. */
  cap(perSecond: number | undefined): void {
    this.#cap = perSecond;
    this.#apply();
  }

  /** Of a limit that others share: so much of it is ours. */
  share(perSecond: number | undefined): void {
    this.#share = perSecond;
    this.#apply();
  }

  #apply(): void {
    const set = [this.#wished, this.#cap, this.#share].filter((one) => one !== undefined);
    const least = Math.min(...set, Number.POSITIVE_INFINITY);
    const perSecond = least === Number.POSITIVE_INFINITY ? undefined : least;
    if (perSecond === this.#perSecond) return;
    this.#fill();
    // A debt is a time, and stays one.
    if (this.#tokens < 0 && this.#perSecond && perSecond) this.#tokens *= perSecond / this.#perSecond;
    this.#perSecond = perSecond;
    this.#serve();
  }

  /** Takes so much; a promise when it has to wait for its turn. */
  take(amount: number): Promise<void> | undefined {
    this.#taken += amount;
    if (this.#perSecond === undefined || this.#signal.aborted) return undefined;
    this.#fill();
    if (this.#waiting.length === 0 && this.#tokens > 0) {
      this.#tokens -= amount;
      return undefined;
    }
    return new Promise((go) => {
      this.#waiting.push({ amount, go });
      this.#serve();
    });
  }

  /** What was taken turns out to be so much more, or less: the others pay, or profit. */
  correct(amount: number): void {
    this.#taken += amount;
    if (this.#perSecond === undefined) return;
    this.#fill();
    this.#tokens -= amount;
    if (amount < 0) this.#serve();
  }

  #fill(): void {
    const nowMs = this.#nowMs();
    if (this.#perSecond !== undefined) {
      const most = this.#perSecond * BURST_SECONDS;
      this.#tokens = Math.min(most, this.#tokens + (this.#perSecond * (nowMs - this.#filledMs)) / 1000);
    }
    this.#filledMs = nowMs;
  }

  #serve(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#fill();
    const isFree = this.#perSecond === undefined || this.#signal.aborted;
    while (this.#waiting.length > 0 && (isFree || this.#tokens > 0)) {
      const { amount, go } = this.#waiting.shift()!;
      if (!isFree) this.#tokens -= amount;
      go();
    }
    // Where nothing may be taken for now, a new rate ends the wait.
    if (this.#waiting.length === 0 || this.#perSecond === 0) return;
    const waitMs = Math.max(1, Math.ceil((-this.#tokens / this.#perSecond!) * 1000));
    this.#timer = setTimeout(() => this.#serve(), Math.min(waitMs, LONGEST_TIMER_MS));
  }
}

/** Beyond this Node fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
