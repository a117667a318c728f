/**
 * The speed of a run over its last minutes, for what is still to come: an average whose weights fall off with age
 * (exponentially, by time). It knows this run only: an earlier run had another line, another server and other limits. Time
 * in which nothing could move (an outage) does not count; a throttle does, since it goes on.
 */

/** The weight of a second falls to a third in so long. */
const FADING_MS = 120_000;
/** A speed needs at least so much time. */
const LEAST_MS = 2_000;
/** When nothing has moved for so long, there is no saying when it ends. */
const STILL_MS = 10_000;

export interface Amounts {
  readonly objects: number;
  readonly bytes: number;
}

export class Pace {
  #last: Amounts;
  #lastMs: number;
  #movedMs: number;
  #wasHalted = false;
  /** Weighted sums: of time, and of what was done in it. */
  #weightMs = 0;
  #objects = 0;
  #bytes = 0;

  constructor(start: Amounts, nowMs: number) {
    this.#last = start;
    this.#lastMs = nowMs;
    this.#movedMs = nowMs;
  }

  /** What is done by now. `isHalted`: nothing can move. */
  add(done: Amounts, nowMs: number, isHalted: boolean): void {
    const passedMs = nowMs - this.#lastMs;
    const objects = done.objects - this.#last.objects;
    const bytes = done.bytes - this.#last.bytes;
    this.#last = done;
    this.#lastMs = nowMs;
    if (objects > 0 || bytes > 0) this.#movedMs = nowMs;
    const isHalt = isHalted || this.#wasHalted;
    this.#wasHalted = isHalted;
    // Counts that were corrected are no movement.
    if (isHalt || objects < 0) return;
    const kept = Math.exp(-passedMs / FADING_MS);
    this.#weightMs = this.#weightMs * kept + passedMs;
    this.#objects = this.#objects * kept + objects;
    this.#bytes = Math.max(0, this.#bytes * kept + bytes);
  }

  /** Undefined while it cannot be told: too early, or nothing moves. */
  secondsFor(left: { objects: number | undefined; bytes: number | undefined }): number | undefined {
    const isStill = this.#wasHalted || this.#lastMs - this.#movedMs >= STILL_MS;
    if (isStill || this.#weightMs < LEAST_MS) return undefined;
    const times: number[] = [];
    for (const [amount, done] of [
      [left.objects, this.#objects],
      [left.bytes, this.#bytes],
    ] as const) {
      if (amount === 0) times.push(0);
      // The first of some large objects may take a while.
      else if (amount !== undefined && done > 0) times.push((amount * this.#weightMs) / done);
    }
    // Small objects are limited by their number, large ones by their bytes: what takes longer counts.
    return times.length === 0 ? undefined : Math.max(...times) / 1000;
  }
}
