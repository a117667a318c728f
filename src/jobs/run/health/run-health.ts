/** Looks at a run twice a second, and says what it does and why: for the screens, the log, and other processes. */
import type { EventBus } from '../../../events/bus.js';
import type { Health } from '../../../events/health/health.js';
import { HealthTracker } from '../../../events/health/tracker.js';
import { verdictOf } from '../../../events/health/verdict.js';
import { type HealthParts, readFacts } from './read-facts.js';

const LOOK_MS = 500;
/** Something has moved lately: within this time. A slow line may be silent for a moment. */
const MOVING_MS = 3_000;

export interface RunHealthOptions extends HealthParts {
  events: Pick<EventBus, 'emit'>;
  /** Aborts when the run is asked to end. */
  draining: AbortSignal;
}

/** What the watchdog looks at, too. */
export interface Movement {
  /** Changes when something moves. */
  readonly progress: () => number;
  /** Whether something should move now. */
  readonly isBusy: () => boolean;
}

export class RunHealth {
  readonly #parts: HealthParts;
  readonly #tracker: HealthTracker;
  readonly #timer: NodeJS.Timeout;
  #movement: Movement | undefined;
  #onParts = () => {};
  #isEnding = false;
  #interruptedSinceMs: number | undefined;
  #progress = Number.NaN;
  #movedMs = performance.now();
  /** Since when nothing moves although it should. */
  #silentSinceMs = Date.now();
  #load = performance.eventLoopUtilization();

  /** Looks until {@link RunHealth.end}. */
  constructor({ events, draining, ...parts }: RunHealthOptions) {
    this.#parts = parts;
    this.#tracker = new HealthTracker(events, Date.now());
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
    const interrupt = () => {
      this.#interruptedSinceMs = Date.now();
      this.look();
    };
    if (draining.aborted) interrupt();
    else draining.addEventListener('abort', interrupt, { once: true });
  }

  get current(): Health {
    return this.#tracker.current;
  }

  /** Milliseconds that a server has made the run wait or go slowly, so far. */
  get throttledMs(): number {
    return this.#tracker.spentMs('throttled') + this.#tracker.spentMs('banned');
  }

  /** Milliseconds in which no server answered, so far. */
  get unreachableMs(): number {
    return this.#tracker.spentMs('unreachable');
  }

  /** The parts that exist so far. */
  get parts(): Readonly<HealthParts> {
    return this.#parts;
  }

  /** Calls this when more parts exist. */
  onParts(listener: () => void): void {
    this.#onParts = listener;
  }

  /** More parts exist from now on. */
  add(parts: Partial<HealthParts>): void {
    Object.assign(this.#parts, parts);
    this.#onParts();
  }

  /** The pipeline works from now on. */
  begin(movement: Movement): void {
    this.#movement = movement;
    this.#movedMs = performance.now();
    this.#silentSinceMs = Date.now();
  }

  /** The pipeline has ended: the rest becomes durable. */
  finish(): void {
    this.#isEnding = true;
    this.look();
  }

  /** The run has ended. */
  end(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    const nowMs = Date.now();
    this.#follow(nowMs);
    const facts = readFacts(this.#parts, {
      nowMs,
      isBegun: this.#movement !== undefined,
      interruptedSinceMs: this.#interruptedSinceMs,
      isEnding: this.#isEnding,
      isMoving: performance.now() - this.#movedMs < MOVING_MS,
      silentSinceMs: this.#silentSinceMs,
      busyShare: this.#busyShare(),
    });
    this.#tracker.update(verdictOf(facts), nowMs);
  }

  #follow(nowMs: number): void {
    if (this.#movement === undefined) return;
    const progress = this.#movement.progress();
    const hasMoved = progress !== this.#progress;
    this.#progress = progress;
    if (hasMoved) this.#movedMs = performance.now();
    if (hasMoved || !this.#movement.isBusy()) this.#silentSinceMs = nowMs;
  }

  #busyShare(): number {
    const load = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(load, this.#load);
    this.#load = load;
    return utilization;
  }
}
