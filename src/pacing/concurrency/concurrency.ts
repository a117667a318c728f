/**
 * How many requests go out at once: a number that was given, or one that is sought; in any case no more than the server
 * bears. Downloads have one, listings another.
 */
import { AimdCeiling } from './aimd-ceiling.js';
import { HillClimbing } from './hill-climbing.js';
import type { Progress } from './round.js';

/** Where an automatic one begins: low, since a server that is too weak is not to be found out by a crowd. */
const FIRST_LEVEL = 4;

export interface ConcurrencyOptions {
  /** Never more than this; without `isAutomatic` always this, unless the server asks to slow down. */
  max: number;
  /** Grows while that brings more throughput. @default false */
  isAutomatic?: boolean | undefined;
  /** Told of each change. */
  onChange?: ((limit: number) => void) | undefined;
  /** By a clock that nobody sets. */
  nowMs?: (() => number) | undefined;
}

export class Concurrency {
  readonly max: number;
  readonly #ceiling: AimdCeiling;
  readonly #hillClimbing: HillClimbing | undefined;
  #onChange: ((limit: number) => void) | undefined;
  #limit: number;

  constructor({ max, isAutomatic = false, onChange, nowMs = () => performance.now() }: ConcurrencyOptions) {
    this.max = max;
    this.#onChange = onChange;
    this.#ceiling = new AimdCeiling({ max, nowMs });
    this.#hillClimbing = isAutomatic ? new HillClimbing({ start: FIRST_LEVEL, max, nowMs }) : undefined;
    this.#limit = this.#hillClimbing?.level ?? max;
  }

  /** Requests that may be under way now. */
  get limit(): number {
    return this.#limit;
  }

  set onChange(onChange: (limit: number) => void) {
    this.#onChange = onChange;
    onChange(this.#limit);
  }

  /** Something has ended, or a piece of a large body has come. */
  moved(progress: Progress): void {
    if (this.#hillClimbing?.moved(progress)) this.#apply();
  }

  /** Someone waits, and nothing moves on any connection. */
  silent(): void {
    if (this.#hillClimbing?.silent()) this.#apply();
  }

  /** The server has served a request. */
  served(): void {
    if (this.#ceiling.served(this.#limit)) this.#cap();
  }

  /** The server has asked to slow down; see {@link Ceiling.refused}. */
  refused(refusedShare: number, pauseMs: number): void {
    this.#ceiling.refused(this.#limit, refusedShare, pauseMs);
    this.#cap();
  }

  /** For so long nothing could go out: nothing can be learnt from that time. */
  interrupted(forMs: number): void {
    this.#hillClimbing?.interrupted(forMs);
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
