// Parts of a run that is well: an origin that answers its probes, no limits, a view for a screen.

import type { Health } from '../../src/events/health/health.js';
import type { RunView } from '../../src/events/run-view.js';
import { DirectoryThrottle } from '../../src/pacing/backoff/directory-throttle.js';
import { Outage } from '../../src/pacing/backoff/outage.js';
import { Bandwidth } from '../../src/pacing/limits/bandwidth.js';
import { Limits } from '../../src/pacing/limits/limits.js';

export function steadyOutage(): Outage {
  return new Outage({ probe: async () => {}, signal: new AbortController().signal });
}

export function noLimits(): Limits {
  const none = { bytesPerSecond: undefined, objectsPerSecond: undefined, listsPerSecond: undefined };
  return new Limits(none, { signal: new AbortController().signal });
}

/** The server refuses nothing: no directory, and no byte rate. */
export function calmServer() {
  return { directories: new DirectoryThrottle({ maxPauses: 10 }), bandwidth: new Bandwidth(noLimits().bytes) };
}

export const HEALTHY: Health = { state: 'healthy', reason: 'working', sinceMs: 0 };

/** A view of a healthy mirror, with these differences. */
export function viewOfRun(more: Partial<RunView> = {}): RunView {
  return {
    ...{
      command: 'mirror',
      source: 'upyun://photos',
      to: ['/disk1'],
      isFiltered: false,
      limit: undefined,
      isShared: false,
    },
    ...{ health: () => HEALTHY, throttledMs: () => 0, disks: () => [], ...more },
  };
}
