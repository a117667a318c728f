/**
 * The slow-down of single directories: a server that refuses the "same uri" too often speaks of that place alone, and
 * all others go on. Additive increase, multiplicative decrease, as for the whole process.
 */
import { backoffMs } from './backoff.js';
import { MAX_PAUSE_MS } from './ban.js';

/** Directories that are remembered; with more of them in trouble the first are forgotten. */
const MAX_DIRECTORIES = 1_000;
/** A directory that bears as many requests at once is in no trouble any more. */
const ENOUGH = 64;
/** Without a Retry-After no pause is longer than this, as for the whole process. */
const PAUSE_CAP_MS = 5_000;
/** How long one waits, at most, that finds others before it. */
const NEXT_LOOK_MS = 500;

interface State {
  limit: number;
  underWay: number;
  untilMs: number;
  refusalsInARow: number;
  served: number;
}

/** A request that may go out; to be ended once, after one of the other two. */
export interface Turn {
  succeeded(): void;
  end(): void;
}

const FREE: Turn = { succeeded() {}, end() {} };

export interface DirectoryThrottleOptions {
  /** Refusals in a row, each after a longer wait, after which nobody waits any more. */
  patience: number;
  /** By a clock that nobody sets. */
  nowMs?: () => number;
  random?: () => number;
}

export class DirectoryThrottle {
  readonly #patience: number;
  readonly #nowMs: () => number;
  readonly #random: () => number;
  readonly #states = new Map<string, State>();

  constructor({ patience, nowMs, random }: DirectoryThrottleOptions) {
    this.#patience = patience;
    this.#nowMs = nowMs ?? (() => performance.now());
    this.#random = random ?? Math.random;
  }

  /** Some wait on purpose. */
  get isHolding(): boolean {
    const nowMs = this.#nowMs();
    return [...this.#states.values()].some(({ untilMs }) => untilMs > nowMs);
  }

  /** Directories in trouble. */
  get size(): number {
    return this.#states.size;
  }

  /** A turn, or how long to wait before asking again. */
  begin(directory: string): Turn | number {
    const state = this.#states.get(directory);
    if (state === undefined || this.#isExhausted(state)) return FREE;
    const closedForMs = state.untilMs - this.#nowMs();
    if (closedForMs > 0) return closedForMs + this.#random() * NEXT_LOOK_MS;
    if (state.underWay >= state.limit) return (0.2 + 0.8 * this.#random()) * NEXT_LOOK_MS;
    state.underWay++;
    return {
      succeeded: () => this.#succeeded(directory, state),
      end: () => {
        state.underWay--;
      },
    };
  }

  /** Nothing has been served there for so long that what is refused need not be tried again. */
  isExhausted(directory: string): boolean {
    const state = this.#states.get(directory);
    return state !== undefined && this.#isExhausted(state);
  }

  /** The server wants fewer requests there. */
  refused(directory: string, retryAfterMs = 0): void {
    const state = this.#states.get(directory) ?? this.#enter(directory);
    if (this.#isExhausted(state)) return;
    const nowMs = this.#nowMs();
    // Those that went out together are one reason, not many.
    if (nowMs >= state.untilMs) {
      state.refusalsInARow++;
      state.limit = Math.max(1, state.limit >> 1);
      state.served = 0;
      state.untilMs = nowMs + Math.min(PAUSE_CAP_MS, backoffMs(state.refusalsInARow, this.#random));
    }
    state.untilMs = Math.max(state.untilMs, nowMs + Math.min(retryAfterMs, MAX_PAUSE_MS));
  }

  #isExhausted({ refusalsInARow }: State): boolean {
    return refusalsInARow > this.#patience;
  }

  #enter(directory: string): State {
    if (this.#states.size >= MAX_DIRECTORIES) this.#states.delete(this.#states.keys().next().value!);
    const state = { limit: 2, underWay: 0, untilMs: Number.NEGATIVE_INFINITY, refusalsInARow: 0, served: 0 };
    this.#states.set(directory, state);
    return state;
  }

  #succeeded(directory: string, state: State): void {
    state.refusalsInARow = 0;
    state.served++;
    if (state.served < state.limit) return;
    state.served = 0;
    state.limit++;
    if (state.limit >= ENOUGH) this.#states.delete(directory);
  }
}
