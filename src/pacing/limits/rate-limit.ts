/**
 * A rate limit: a token bucket. One item may overdraw it, so that the average is exact for items of any size. It holds
 * only a fraction of a second, so that no burst follows an idle time.
 */

/** Size of the bucket: enough to make up for late timers, far below the burst of a whole second. */
const BURST_SECONDS = 0.1;

interface Waiter {
  amount: number;
  go: () => void;
}

export interface RateLimitOptions {
  /** @default no limit */
  perSecond?: number | undefined;
  /** After it aborts no request waits. */
  signal: AbortSignal;
  /** Monotonic clock. */
  nowMs?: () => number;
}

/** The queue is bounded by the callers. First come, first served. */
export class RateLimit {
  readonly #signal: AbortSignal;
  readonly #nowMs: () => number;
  readonly #waiting: Waiter[] = [];
  #wished: number | undefined;
  #cap: number | undefined;
  #share: number | undefined;
  #taken = 0;
  /** The smallest of wished, cap and share. */
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

  /** The limit that the user set. */
  get wished(): number | undefined {
    return this.#wished;
  }

  /** Who set the lowest limit: the user, the server by its refusals, or the machines that share the user's limit. */
  get setBy(): 'user' | 'server' | 'machines' | undefined {
    if (this.#perSecond === undefined) return undefined;
    if (this.#perSecond === this.#wished) return 'user';
    return this.#perSecond === this.#share ? 'machines' : 'server';
  }

  /** The total taken so far. */
  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Sets the limit; undefined = none. Waiting requests follow the new limit. */
  set(perSecond: number | undefined): void {
    this.#wished = perSecond;
    this.#apply();
  }

  /** Sets a second limit, for example after a refusal of the server; undefined = none. */
  cap(perSecond: number | undefined): void {
    this.#cap = perSecond;
    this.#apply();
  }

  /** Sets this process's share of a limit that several workers share. */
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
    // The debt is a waiting time. A new rate must not change that time.
    if (this.#tokens < 0 && this.#perSecond && perSecond) this.#tokens *= perSecond / this.#perSecond;
    this.#perSecond = perSecond;
    this.#serve();
  }

  /** Takes the amount. Returns a promise if it must wait. */
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

  /** Corrects an earlier `take` by this amount: later requests wait longer, or less long. */
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
    // At rate 0 only a new rate ends the wait.
    if (this.#waiting.length === 0 || this.#perSecond === 0) return;
    const waitMs = Math.max(1, Math.ceil((-this.#tokens / this.#perSecond!) * 1000));
    this.#timer = setTimeout(() => this.#serve(), Math.min(waitMs, LONGEST_TIMER_MS));
  }
}

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
