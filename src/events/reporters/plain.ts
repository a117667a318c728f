/** The renderer for a log: a plain line every minute, or as often as the user wants. */

import { say } from '../../texts/say.js';
import { createRunMeter } from '../rate.js';
import type { RunView } from '../run-view.js';
import type { Stats } from '../stats.js';
import { FailureCounts } from './failed-objects.js';
import { healthLine } from './health-text.js';
import { isRoutine, levelOfState } from './levels.js';
import { doneText, listingText } from './progress.js';
import { printable, type Reporter } from './reporter.js';
import { createTextReporter, failureText, type Print } from './text.js';

export interface PlainOptions {
  intervalMs: number;
  /** The file that lists all failures, if there is one. */
  failures: string | undefined;
}

export function createPlainReporter(print: Print, { intervalMs, failures: file }: PlainOptions): Reporter {
  let timer: NodeJS.Timeout | undefined;
  const counts = new FailureCounts();

  function start(stats: Stats, view: RunView): void {
    const meter = createRunMeter(stats, view);
    timer = setInterval(() => {
      const progress = meter();
      const { state } = view.health();
      const { half } = say.progress.line;
      const health = state === 'healthy' ? '' : `${half}${healthLine(view.health(), Date.now())}`;
      const listing = listingText(progress, stats.isListingDone);
      print(printable(`${stats.isListOnly ? listing : `${listing}${half}${doneText(progress)}`}${health}`));
      tellFailed();
    }, intervalMs);
    // The progress timer must not keep the process alive.
    timer.unref();
  }

  function tellFailed(): void {
    const failed = counts.take();
    if (failed !== undefined) print(printable(say.log.failed({ ...failed, file })), 'error');
  }

  function stop(): void {
    clearInterval(timer);
    tellFailed();
  }

  const text = createTextReporter(print);
  return {
    ...text,
    start,
    stop,
    state(event) {
      if (isRoutine(event)) return;
      const { health, previous, previousMs } = event;
      const now = Date.now();
      const before = previous && { state: previous.state, seconds: previousMs! / 1000 };
      print(printable(say.log.state({ line: healthLine(health, now), before })), levelOfState(health.state));
    },
    failure(key, error, attempts) {
      const place = counts.add(error);
      if (place === 'shown') print(failureText(key, error, attempts), 'error');
      else if (place === 'counted-first') print(say.log.moreFailures, 'warn');
    },
    error(error) {
      tellFailed();
      text.error(error);
    },
    finish(summary, advice) {
      stop();
      text.finish(summary, advice);
    },
  };
}
