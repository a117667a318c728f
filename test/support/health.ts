// An origin that answers its probes: whatever fails is the fault of the request.

import { Bandwidth } from '../../src/flow/bandwidth.js';
import { DirectoryThrottle } from '../../src/flow/directory-throttle.js';
import { Limits } from '../../src/flow/limits.js';
import { Outage } from '../../src/flow/outage.js';

export function steadyOutage(): Outage {
  return new Outage({ probe: async () => {}, signal: new AbortController().signal });
}

export function noLimits(): Limits {
  const none = { bytesPerSecond: undefined, objectsPerSecond: undefined, listsPerSecond: undefined };
  return new Limits(none, { signal: new AbortController().signal });
}

/** No directory is in trouble, and nobody has complained of the bytes. */
export function noComplaints() {
  return { directories: new DirectoryThrottle({ patience: 10 }), bandwidth: new Bandwidth(noLimits().bytes) };
}
