/** Follows the verdicts on a run: a state that comes and goes within seconds is no change, and each change is an event. */
import type { EventBus } from '../bus.js';
import type { Health, HealthState, Verdict } from './health.js';

/** These are certain as soon as they are seen: the part that tells of them has checked. */
const CERTAIN: ReadonlySet<HealthState> = new Set([
  'interrupted',
  'paused',
  'finishing',
  'unreachable',
  'banned',
  'stalled',
  'starting',
]);
/** Any other state must last for so long, and for so much longer when all seems well again. */
const LASTING_MS = 2_000;
const RECOVERED_MS = 5_000;
/** These end at once: what follows need not last. */
const BRIEF: ReadonlySet<HealthState> = new Set(['starting', 'paused']);
/** Within these states the reason may change all the time. */
const ANY_REASON: ReadonlySet<HealthState> = new Set(['healthy', 'throttled']);

export class HealthTracker {
  readonly #events: Pick<EventBus, 'emit'>;
  #current: Health;
  #candidate: Health | undefined;
  #lastMs: number;
  readonly #spentMs = new Map<HealthState, number>();

  constructor(events: Pick<EventBus, 'emit'>, nowMs: number) {
    this.#events = events;
    this.#current = { state: 'starting', reason: 'opening', sinceMs: nowMs };
    this.#lastMs = nowMs;
  }

  get current(): Health {
    return this.#current;
  }

  /** How long the run has been in this state so far. */
  spentMs(state: HealthState): number {
    return this.#spentMs.get(state) ?? 0;
  }

  /** Each state, and how long the run has been in it. */
  get spent(): ReadonlyMap<HealthState, number> {
    return this.#spentMs;
  }

  /** The verdict of now. */
  update(verdict: Verdict, nowMs: number): void {
    const { state } = this.#current;
    this.#spentMs.set(state, this.spentMs(state) + nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (nameOf(verdict) === nameOf(this.#current)) {
      this.#candidate = undefined;
      this.#current = { ...verdict, sinceMs: this.#current.sinceMs };
      return;
    }
    const seenMs = nameOf(verdict) === (this.#candidate && nameOf(this.#candidate)) ? this.#candidate!.sinceMs : nowMs;
    this.#candidate = { ...verdict, sinceMs: seenMs };
    if (nowMs - seenMs < this.#lastingMs(verdict)) return;
    const previous = this.#current;
    const sinceMs = verdict.sinceMs ?? seenMs;
    this.#current = { ...verdict, sinceMs };
    this.#candidate = undefined;
    const previousMs = Math.max(0, sinceMs - previous.sinceMs);
    void this.#events.emit({ type: 'state', health: this.#current, previous, previousMs });
  }

  #lastingMs({ state }: Verdict): number {
    // The user has said when a pause ends.
    if (CERTAIN.has(state) || BRIEF.has(this.#current.state)) return 0;
    return state === 'healthy' ? RECOVERED_MS : LASTING_MS;
  }
}

/** Verdicts of the same name are the same state of the run. */
function nameOf({ state, reason, of }: Verdict): string {
  return ANY_REASON.has(state) ? state : `${state} ${reason} ${of ?? ''}`;
}
