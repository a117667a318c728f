// An origin that answers its probes: whatever fails is the fault of the request.

import { Outage } from '../../src/flow/outage.js';

export function steadyOutage(): Outage {
  return new Outage({ probe: async () => {}, signal: new AbortController().signal });
}
