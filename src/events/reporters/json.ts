/** The renderer for programs: every message is a JSON line; the last one is the summary. */
import { safeJson } from '../../model/json.js';
import type { Health } from '../health/health.js';
import { createRunMeter } from '../rate.js';
import type { RunView } from '../run-view.js';
import type { Stats } from '../stats.js';
import { healthLine } from './health-text.js';
import { isRoutine, type Level, levelOf, levelOfState } from './levels.js';
import { printable, type Reporter, SHOWN_FAILURES } from './reporter.js';
import type { Print } from './text.js';

/** A message as a JSON line. `event` comes first; programs may count on that. */
export function jsonLine(event: string, level: Level, fields: object): string {
  return safeJson({ event, time: new Date().toISOString(), level, ...fields });
}

/** A state of the run, with times in ISO 8601. */
function stateFields({ state, reason, sinceMs, untilMs, ...rest }: Health): object {
  const message = printable(healthLine({ state, reason, sinceMs, untilMs, ...rest }, Date.now()));
  const until = untilMs === undefined ? undefined : new Date(untilMs).toISOString();
  return { state, reason, message, since: new Date(sinceMs).toISOString(), until, ...rest };
}

export interface JsonOptions {
  intervalMs: number;
  isQuiet: boolean;
  /** Also says how each run begins and ends. @default false */
  isDetailed?: boolean;
}

export function createJsonReporter(print: Print, { intervalMs, isQuiet, isDetailed = false }: JsonOptions): Reporter {
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  const emit = (event: string, level: Level, fields: object) => print(jsonLine(event, level, fields));

  return {
    start(stats: Stats, view: RunView) {
      if (isQuiet) return;
      const meter = createRunMeter(stats, view);
      timer = setInterval(() => emit('progress', 'info', meter()), intervalMs);
      timer.unref();
    },
    state(event) {
      const { health, previous, previousMs } = event;
      if (isQuiet || (!isDetailed && isRoutine(event))) return;
      const before = previous && { previous: previous.state, previousSeconds: Math.round(previousMs! / 1000) };
      emit('state', levelOfState(health.state), { ...stateFields(health), ...before });
    },
    notice(code, message, about) {
      if (!isQuiet) emit('message', levelOf(code, about), { message, code, ...(about !== undefined && { about }) });
    },
    failure(key, { code, message }, attempts) {
      failures++;
      if (failures <= SHOWN_FAILURES) emit('failure', 'error', { key, code, message, attempts });
    },
    error({ code, message, status }) {
      emit('error', 'error', { code, message, ...(status !== undefined && { status }) });
    },
    snapshot(sections) {
      emit('snapshot', 'info', { at: new Date().toISOString(), ...sections });
    },
    finish(summary, advice) {
      clearInterval(timer);
      if (!isQuiet) for (const message of advice) emit('message', levelOf('advice'), { message, code: 'advice' });
      const { event, ...fields } = summary;
      emit(event, summary.failed > 0 ? 'warn' : 'info', fields);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
