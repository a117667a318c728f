/** A stretch of time over which a throughput is measured, long enough to be one. */

/** It ends after this at the latest, however few requests have ended (large bodies count by the piece). */
const LONGEST_MS = 5_000;
/** What has begun before it still arrives: so long at most it is waited for. */
const LONGEST_TRANSITION_MS = 1_000;
/** Less than this of it limited by the number of requests says nothing about that number. */
const LEAST_FULL_SHARE = 0.8;

/** One thing that ended, or a piece of it. */
export interface Progress {
  /** Bytes, or rows: whatever the throughput is to be measured in. */
  work: number;
  /** Whether as many requests were under way as are allowed. */
  isFull: boolean;
  isFailure?: boolean | undefined;
  /** From its beginning to its end; undefined of a piece. */
  tookMs?: number | undefined;
}

export class Round {
  #beginMs: number;
  #work = 0;
  #events = 0;
  #full = 0;
  #ended = 0;
  #failed = 0;
  /** Of a request, lately; goes on from round to round. */
  #meanMs = 0;

  constructor(nowMs: number) {
    this.#beginMs = nowMs;
  }

  /** Anew, and not before what went out under another number has arrived. */
  begin(nowMs: number, isOtherNumber: boolean): void {
    this.#beginMs = nowMs + (isOtherNumber ? Math.min(this.#meanMs, LONGEST_TRANSITION_MS) : 0);
    this.#work = 0;
    this.#events = 0;
    this.#full = 0;
    this.#ended = 0;
    this.#failed = 0;
  }

  /** So much of its time does not count. */
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

  /** Whether it has taken so long at least, and so many requests have ended. */
  isOver(nowMs: number, leastMs: number, leastEnded: number): boolean {
    const elapsedMs = nowMs - this.#beginMs;
    return elapsedMs >= leastMs && (this.#ended >= leastEnded || elapsedMs >= LONGEST_MS);
  }

  /** Whether it says anything about the number of requests at once. */
  get isFull(): boolean {
    return this.#full >= LEAST_FULL_SHARE * this.#events;
  }

  get failed(): number {
    return this.#failed;
  }

  get failedShare(): number {
    return this.#failed / Math.max(1, this.#ended);
  }

  /** Work each millisecond. Errors cost twice: what they would have carried, and an attempt of somebody's. */
  throughput(nowMs: number): number {
    return (this.#work / (nowMs - this.#beginMs)) * (1 - this.failedShare);
  }
}
