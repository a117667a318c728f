/** The renderer for a log file: a plain line every few seconds. */

import { createMeter } from '../rate.js';
import type { Stats } from '../stats.js';
import { doneText, listingText } from './progress.js';
import type { Reporter } from './reporter.js';
import { createTextReporter, type Print } from './text.js';

export function createPlainReporter(print: Print, intervalMs: number): Reporter {
  let timer: NodeJS.Timeout | undefined;

  function start(stats: Stats): void {
    const meter = createMeter(stats);
    timer = setInterval(() => {
      const progress = meter();
      const listing = listingText(progress, stats.isListingDone);
      print(stats.isListOnly ? listing : `${listing}; ${doneText(progress)}`);
    }, intervalMs);
    // The progress timer must not keep the process alive.
    timer.unref();
  }

  function stop(): void {
    clearInterval(timer);
  }

  const text = createTextReporter(print);
  return {
    ...text,
    start,
    stop,
    finish(summary, advice) {
      stop();
      text.finish(summary, advice);
    },
  };
}
