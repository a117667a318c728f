/** A round: a time span over which Sluice measures throughput, long enough for a stable value. */

/** A round ends after this at the latest, however few requests have ended (large bodies count by the piece). */
const LONGEST_MS = 5_000;
/** After a change of level Sluice waits at most this long for requests that began before. */
const LONGEST_TRANSITION_MS = 1_000;
/**
 * When the number of requests was the limit for less than this share of the round, the round says nothing about that
 * number.
 */
const LEAST_FULL_SHARE = 0.8;

/** A request that ended, or a piece of its body. */
export interface Progress {
  /** The unit of the throughput: bytes or rows. */
  work: number;
  /** Whether as many requests were in flight as are allowed. */
  isFull: boolean;
  isFailure?: boolean | undefined;
  /** Milliseconds from start to end; undefined for a piece. */
  tookMs?: number | undefined;
}

export class Round {
  #beginMs: number;
  #work = 0;
  #events = 0;
  #full = 0;
  #ended = 0;
  #failed = 0;
  /** Mean duration of recent requests, kept from round to round. */
  #meanMs = 0;

  constructor(nowMs: number) {
    this.#beginMs = nowMs;
  }

  /** Starts a round. If the level changed, it first waits for requests that went out under the old level. */
  begin(nowMs: number, isOtherNumber: boolean): void {
    this.#beginMs = nowMs + (isOtherNumber ? Math.min(this.#meanMs, LONGEST_TRANSITION_MS) : 0);
    this.#work = 0;
    this.#events = 0;
    this.#full = 0;
    this.#ended = 0;
    this.#failed = 0;
  }

  /** Leaves this time out of the round. */
  skip(forMs: number): void {
    this.#beginMs += forMs;
  }

  add({ work, isFull, isFailure = false, tookMs }: Progress, nowMs: number): void {
    if (tookMs !== undefined) this.#meanMs += (tookMs - this.#meanMs) / 16;
    if (nowMs < this.#beginMs) return;
    this.#events++;
    if (isFull) this.#full++;
    if (tookMs !== undefined) this.#ended++;
    if (isFailure) this.#failed++;
    else this.#work += work;
  }

  /** Whether the round is long enough: `leastMs`, and `leastEnded` requests. */
  isOver(nowMs: number, leastMs: number, leastEnded: number): boolean {
    const elapsedMs = nowMs - this.#beginMs;
    return elapsedMs >= leastMs && (this.#ended >= leastEnded || elapsedMs >= LONGEST_MS);
  }

  /** Whether the round says something about the number of requests at once. */
  get isFull(): boolean {
    return this.#full >= LEAST_FULL_SHARE * this.#events;
  }

  get failed(): number {
    return this.#failed;
  }

  get failedShare(): number {
    return this.#failed / Math.max(1, this.#ended);
  }

  /** Work per millisecond. Errors cost twice: the work they would have brought, and one attempt of an object. */
  throughput(nowMs: number): number {
    return (this.#work / (nowMs - this.#beginMs)) * (1 - this.failedShare);
  }
}
