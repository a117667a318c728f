/** AbortSignals with many listeners. */
import { setMaxListeners } from 'node:events';

/**
 * Aborts as soon as one of the signals does. Each folder and each delay may add a listener: that is no leak, so no
 * warning.
 */
export function anySignal(...signals: AbortSignal[]): AbortSignal {
  const any = AbortSignal.any(signals);
  setMaxListeners(0, any);
  return any;
}
