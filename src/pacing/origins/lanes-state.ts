/** What the lanes of a run do, in numbers: for its health, its snapshot and the watchdog. */
import type { Lane } from './lane.js';

export interface LanesState {
  /** Origins that the run knows now: idle ones of a long list are forgotten. */
  readonly known: number;
  /** Those that do not answer, and those of them that are given up. */
  readonly unreachable: number;
  readonly givenUp: number;
  /** Those that have asked to slow down, and wait. */
  readonly throttled: number;
  /** Those that have objects to fetch, and those of them that wait on purpose, or for an answer to a probe. */
  readonly working: number;
  readonly paused: number;
  /** Of those that have objects, all are out. */
  readonly areAllOut: boolean;
  /** The one that has been unreachable longest; wall clock. */
  readonly first: { readonly origin: string; readonly sinceMs: number } | undefined;
  /** Requests in flight, and as many as there may be now. */
  readonly inUse: number;
  readonly limit: number;
}

export function stateOf(lanes: Iterable<Lane>, total: number): LanesState {
  const counts = { known: 0, unreachable: 0, givenUp: 0, throttled: 0, working: 0, paused: 0, inUse: 0, limit: 0 };
  let out = 0;
  let first: LanesState['first'];
  for (const lane of lanes) {
    const { state, pacer, hasWork, origin, sinceMs } = lane;
    counts.known++;
    if (state === 'given up') counts.givenUp++;
    if (state === 'out' || state === 'given up') {
      counts.unreachable++;
      if (first === undefined || sinceMs < first.sinceMs) first = { origin, sinceMs };
    }
    if (pacer !== undefined && state !== 'out' && !pacer.health.throttle.isOpen) counts.throttled++;
    if (pacer !== undefined) {
      counts.inUse += pacer.slots.connections.inUse;
      // One with nothing to do, or that does not answer, takes none: what it might take says nothing of now.
      if (hasWork && (state === 'new' || state === 'up')) counts.limit += state === 'new' ? 1 : pacer.limit;
      else counts.limit += pacer.slots.connections.inUse;
    }
    if (!hasWork) continue;
    counts.working++;
    if (state === 'out') out++;
    if (pacer?.isPaused) counts.paused++;
  }
  const areAllOut = out > 0 && out === counts.working;
  return { ...counts, limit: Math.min(total, counts.limit), areAllOut, first };
}
