/** The renderer for programs: every message is a JSON line; the last one is the summary. */
import { safeJson } from '../../model/json.js';
import { createMeter } from '../rate.js';
import type { Stats } from '../stats.js';
import { type Reporter, SHOWN_FAILURES } from './reporter.js';
import type { Print } from './text.js';

export function createJsonReporter(
  print: Print,
  { intervalMs, isQuiet }: { intervalMs: number; isQuiet: boolean },
): Reporter {
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  const emit = (event: string, fields: object) => print(safeJson({ event, ...fields }));

  return {
    start(stats: Stats) {
      if (isQuiet) return;
      const meter = createMeter(stats);
      timer = setInterval(() => emit('progress', meter()), intervalMs);
      timer.unref();
    },
    notice(code, message, about) {
      if (!isQuiet) emit('message', { message, code, ...(about !== undefined && { about }) });
    },
    failure(key, { code, message }, attempts) {
      failures++;
      if (failures <= SHOWN_FAILURES) emit('failure', { key, code, message, attempts });
    },
    error({ code, message, status }) {
      emit('error', { code, message, ...(status !== undefined && { status }) });
    },
    snapshot(sections) {
      emit('snapshot', { at: new Date().toISOString(), ...sections });
    },
    finish(summary, advice) {
      clearInterval(timer);
      if (!isQuiet) for (const message of advice) emit('message', { message, code: 'advice' });
      print(JSON.stringify(summary));
    },
    stop() {
      clearInterval(timer);
    },
  };
}
