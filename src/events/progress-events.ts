/** The progress as an event, once per second, for programs that use Sluice as a library. */
import type { EventBus } from './bus.js';
import { createRunMeter } from './rate.js';

const PROGRESS_INTERVAL_MS = 1_000;

/** Emits the progress from the begin of the run until the caller calls the returned function. */
export function emitProgress(events: EventBus): () => void {
  let timer: NodeJS.Timeout | undefined;
  events.on(['begin'], ({ stats, view }) => {
    const meter = createRunMeter(stats, view);
    timer = setInterval(() => {
      if (events.listens('progress')) void events.emit({ type: 'progress', ...meter() });
    }, PROGRESS_INTERVAL_MS).unref();
    return undefined;
  });
  return () => clearInterval(timer);
}
