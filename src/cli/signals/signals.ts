/** Ctrl-C: the first one asks the run to finish what is in flight, the second one ends it at once. */
import { createInterruption, type Interruption } from '../../jobs/interruption.js';

export interface SignalOptions {
  /** Maximum time for the finish, in milliseconds. */
  graceMs: number;
  onFirst: () => void;
  /** The second signal: the process must not wait for anything. */
  onSecond: () => void;
}

export function listenForSignals({ graceMs, onFirst, onSecond }: SignalOptions): Interruption {
  const interruption = createInterruption({ graceMs, onBegin: onFirst });

  function receive(): void {
    if (!interruption.draining.aborted) {
      interruption.begin();
      return;
    }
    interruption.stop();
    onSecond();
  }

  process.on('SIGINT', receive).on('SIGTERM', receive);
  return {
    ...interruption,
    dispose() {
      interruption.dispose();
      process.off('SIGINT', receive).off('SIGTERM', receive);
    },
  };
}
