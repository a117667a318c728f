// An origin that answers its probes: whatever fails is the fault of the request.

import { Limits } from '../../src/flow/limits.js';
import { Outage } from '../../src/flow/outage.js';

export function steadyOutage(): Outage {
  return new Outage({ probe: async () => {}, signal: new AbortController().signal });
}

export function noLimits(): Limits {
  const none = { bytesPerSecond: undefined, objectsPerSecond: undefined, listsPerSecond: undefined };
  return new Limits(none, { signal: new AbortController().signal });
}
