/** The renderer for a log file: JSON lines as with `--json`, and the failures beyond the first ones by code. */
import { say } from '../../texts/say.js';
import { FailureCounts } from './failed-objects.js';
import { createJsonReporter, jsonLine } from './json.js';
import type { PlainOptions } from './plain.js';
import type { Reporter } from './reporter.js';
import type { Print } from './text.js';

export function createFileReporter(print: Print, { intervalMs, failures: file }: PlainOptions): Reporter {
  const json = createJsonReporter(print, { intervalMs, isQuiet: false, isDetailed: true });
  const counts = new FailureCounts();
  let timer: NodeJS.Timeout | undefined;

  function tellFailed(): void {
    const failed = counts.take();
    if (failed === undefined) return;
    const { count, codes, seconds } = failed;
    const message = say.log.failed({ ...failed, file });
    const fields = { message, failed: count, codes: Object.fromEntries(codes), seconds, file };
    print(jsonLine('failures', 'error', fields));
  }

  function stop(): void {
    clearInterval(timer);
    tellFailed();
  }

  return {
    ...json,
    start(stats, view) {
      json.start(stats, view);
      timer = setInterval(tellFailed, intervalMs).unref();
    },
    failure(key, error, attempts) {
      counts.add(error);
      json.failure(key, error, attempts);
    },
    error(error) {
      tellFailed();
      json.error(error);
    },
    finish(summary, advice) {
      stop();
      json.finish(summary, advice);
    },
    stop() {
      stop();
      json.stop();
    },
  };
}
