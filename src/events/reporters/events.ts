/** The renderer for programs that use Sluice as a library: it turns the messages of a run into events. */

import type { EventBus } from '../bus.js';
import { createMeter } from '../rate.js';
import type { Reporter } from '../reporter.js';
import type { Stats } from '../stats.js';

const PROGRESS_INTERVAL_MS = 1_000;

export function createEventReporter(bus: EventBus): Reporter {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearInterval(timer);
  return {
    start(stats: Stats) {
      const meter = createMeter(stats);
      timer = setInterval(() => {
        if (bus.listens('progress')) void bus.emit({ type: 'progress', ...meter() });
      }, PROGRESS_INTERVAL_MS).unref();
    },
    notice: (code, message) => void bus.emit({ type: 'notice', code, message }),
    failure: (key, error, attempts) => bus.emit({ type: 'failure', key, error, attempts }),
    // The promise of the job rejects with this error.
    error() {},
    snapshot() {},
    finish(summary) {
      stop();
      void bus.emit({ type: 'summary', summary });
    },
    stop,
  };
}
