/**
 * How many requests go out at once: a fixed number, or one found by hill climbing; never more than the server accepts.
 * Downloads have one instance, listings another.
 */
import { AimdCeiling } from './aimd-ceiling.js';
import { HillClimbing } from './hill-climbing.js';
import type { Progress } from './round.js';

/** Where the search begins: low, so that a weak server is not hit by many requests at once. */
const FIRST_LEVEL = 4;
/** Trials go below the ceiling by less than this. */
const TRIAL_MARGIN = 1.5;

export interface ConcurrencyOptions {
  /** The highest number; without `isAutomatic` the fixed number, unless the server asks to slow down. */
  max: number;
  /** What {@link Concurrency.setMost} may raise a fixed number to. @default max */
  highest?: number | undefined;
  /** Grow while that brings more throughput. @default false */
  isAutomatic?: boolean | undefined;
  /** Called with each new limit. */
  onChange?: ((limit: number) => void) | undefined;
  /** Monotonic clock. */
  nowMs?: (() => number) | undefined;
}

export class Concurrency {
  readonly #max: number;
  readonly #highest: number;
  readonly #ceiling: AimdCeiling;
  readonly #hillClimbing: HillClimbing | undefined;
  #onChange: ((limit: number) => void) | undefined;
  #limit: number;
  /** What the user has set during the run. */
  #most: number | undefined;

  constructor({
    max,
    highest = max,
    isAutomatic = false,
    onChange,
    nowMs = () => performance.now(),
  }: ConcurrencyOptions) {
    this.#max = max;
    this.#highest = Math.max(max, highest);
    this.#onChange = onChange;
    this.#ceiling = new AimdCeiling({ max, nowMs });
    this.#hillClimbing = isAutomatic ? new HillClimbing({ start: FIRST_LEVEL, max, nowMs }) : undefined;
    this.#limit = this.#hillClimbing?.level ?? max;
  }

  /** The highest number, as the options or the user say. */
  get max(): number {
    return this.#most ?? this.#max;
  }

  /** Requests that may be in flight now. */
  get limit(): number {
    return this.#limit;
  }

  /** Refusals of the server, and not what is useful, decide how many requests go out. */
  get isHeldDown(): boolean {
    const { limit } = this.#ceiling;
    // A trial of hill climbing goes a little below the ceiling.
    return limit < this.max && this.#limit * TRIAL_MARGIN + 1 >= limit;
  }

  set onChange(onChange: (limit: number) => void) {
    this.#onChange = onChange;
    onChange(this.#limit);
  }

  /** A request ended, or a piece of a large body arrived. */
  moved(progress: Progress): void {
    if (this.#hillClimbing?.moved(progress)) this.#apply();
  }

  /** Requests wait, and no connection receives anything. */
  silent(): void {
    if (this.#hillClimbing?.silent()) this.#apply();
  }

  /** The server served a request. */
  served(): void {
    if (this.#ceiling.served(this.#limit)) this.#cap();
  }

  /** The server asks to slow down; see {@link AimdCeiling.refused}. */
  refused(refusedShare: number, pauseMs: number): void {
    this.#ceiling.refused(this.#limit, refusedShare, pauseMs);
    this.#cap();
  }

  /** No request could go out for this time, so it says nothing about throughput. */
  interrupted(forMs: number): void {
    this.#hillClimbing?.interrupted(forMs);
  }

  /** Sets the highest number; undefined = what the options say. */
  setMost(most: number | undefined): void {
    this.#most = most && Math.min(most, this.#highest);
    this.#ceiling.max = this.max;
    this.#cap();
  }

  #cap(): void {
    this.#hillClimbing?.cap(this.#ceiling.limit);
    this.#apply();
  }

  #apply(): void {
    const limit = this.#hillClimbing?.level ?? this.#ceiling.limit;
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#onChange?.(limit);
  }
}
