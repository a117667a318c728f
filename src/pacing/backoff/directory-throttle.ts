/**
 * Throttles single directories. When a server refuses the "same uri" too often, it means that directory only; requests
 * to other directories continue. Additive increase, multiplicative decrease (AIMD), as for the whole process.
 */
import { backoffMs } from './backoff.js';
import { MAX_PAUSE_MS } from './ban.js';

/** Directories to remember. When there are more, the oldest is dropped. */
const MAX_DIRECTORIES = 1_000;
/** A directory that serves this many requests at once is not throttled any more. */
const ENOUGH = 64;
/** Without a Retry-After no pause is longer than this, as for the whole process. */
const PAUSE_CAP_MS = 5_000;
/** The longest wait of a request that finds its directory at the limit. */
const NEXT_LOOK_MS = 500;

interface State {
  limit: number;
  underWay: number;
  untilMs: number;
  refusalsInARow: number;
  served: number;
}

/**
 * A request that may go out. The caller calls `end` once; before that `succeeded`, if the server served the request.
 */
export interface Turn {
  succeeded(): void;
  end(): void;
}

const FREE: Turn = { succeeded() {}, end() {} };

export interface DirectoryThrottleOptions {
  /** Refusals in a row, each after a longer wait. After that no request waits. */
  maxPauses: number;
  /** Monotonic clock. */
  nowMs?: () => number;
  random?: () => number;
}

export class DirectoryThrottle {
  readonly #maxPauses: number;
  readonly #nowMs: () => number;
  readonly #random: () => number;
  readonly #states = new Map<string, State>();

  constructor({ maxPauses, nowMs, random }: DirectoryThrottleOptions) {
    this.#maxPauses = maxPauses;
    this.#nowMs = nowMs ?? (() => performance.now());
    this.#random = random ?? Math.random;
  }

  /** Whether the throttle holds back some requests. */
  get isHolding(): boolean {
    return this.held > 0;
  }

  /** Directories whose requests all wait now. */
  get held(): number {
    const nowMs = this.#nowMs();
    let held = 0;
    for (const { untilMs } of this.#states.values()) if (untilMs > nowMs) held++;
    return held;
  }

  /** Directories that are throttled now. */
  get size(): number {
    return this.#states.size;
  }

  /** A turn, or the milliseconds to wait before the caller asks again. */
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

  /** Whether the directory has served nothing for so long that refused requests are not worth a retry. */
  isExhausted(directory: string): boolean {
    const state = this.#states.get(directory);
    return state !== undefined && this.#isExhausted(state);
  }

  /** The server asks for fewer requests to this directory. */
  refused(directory: string, retryAfterMs = 0): void {
    const state = this.#states.get(directory) ?? this.#enter(directory);
    if (this.#isExhausted(state)) return;
    const nowMs = this.#nowMs();
    // Refusals of requests that went out together count once.
    if (nowMs >= state.untilMs) {
      state.refusalsInARow++;
      state.limit = Math.max(1, state.limit >> 1);
      state.served = 0;
      state.untilMs = nowMs + Math.min(PAUSE_CAP_MS, backoffMs(state.refusalsInARow, this.#random));
    }
    state.untilMs = Math.max(state.untilMs, nowMs + Math.min(retryAfterMs, MAX_PAUSE_MS));
  }

  #isExhausted({ refusalsInARow }: State): boolean {
    return refusalsInARow > this.#maxPauses;
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
