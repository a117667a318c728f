// An origin that answers its probes: whatever fails is the fault of the request.

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
