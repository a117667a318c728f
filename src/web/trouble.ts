/** What `/healthz` says: whether a run needs help from outside. */
import type { HealthReason, HealthState } from '../events/health/health.js';
import type { Picture } from '../events/picture/picture.js';

/** States in which nothing moves. A run that is slow on purpose (a limit, a server that asks for it) is well. */
const STOPPED: ReadonlySet<HealthState> = new Set(['banned', 'unreachable', 'stalled']);
/** Other states, where this is their reason. */
const STOPPING: ReadonlySet<HealthReason> = new Set(['not-answering', 'all-full', 'away']);

/** `unreachable: no-answer`; undefined while the run works, is paused by its user, or has ended. */
export function troubleOf({ phase, isPaused, health }: Picture): string | undefined {
  if (phase === 'ended' || isPaused) return undefined;
  const { state, reason } = health;
  return STOPPED.has(state) || STOPPING.has(reason) ? `${state}: ${reason}` : undefined;
}
