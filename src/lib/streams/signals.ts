/** AbortSignals that many wait on. */
import { setMaxListeners } from 'node:events';

/** Aborts as soon as one of them does. Each folder and each delay may listen to it: that is no leak, so no warning. */
export function anySignal(...signals: AbortSignal[]): AbortSignal {
  const any = AbortSignal.any(signals);
  setMaxListeners(0, any);
  return any;
}
