/** `dashboard`: the page of a job that has ended, or that runs in another process. It ends by a signal. */
import { createDashboardConfig } from '../../config/status-config.js';
import { ConfigError, toTransferError } from '../../errors.js';
import type { Watch } from '../../events/picture/watch.js';
import { createJsonReporter, jsonLine } from '../../events/reporters/json.js';
import { levelOf } from '../../events/reporters/levels.js';
import { printable } from '../../events/reporters/reporter.js';
import { createQuietReporter } from '../../events/reporters/text.js';
import type { DashboardConfig } from '../../jobs/run-options.js';
import { openJobWatch } from '../../jobs/status/job-watch.js';
import type { Invocation } from '../arguments/invocation.js';
import { EXIT } from '../exit-codes.js';
import { redactor } from '../log/redact.js';
import { print, printProblems } from '../reporters.js';
import { readBuild } from '../shipped.js';
import { openWeb, type Web } from './web.js';

/** Returns the exit code, as soon as `signal` ends the command. */
export async function executeDashboard({ options, problems }: Invocation, signal: AbortSignal): Promise<number> {
  const isJson = options.json === true;
  try {
    return await show(createDashboardConfig({ options, problems, env: process.env }), signal);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, 'dashboard', isJson);
    return EXIT.usage;
  }
}

async function show({ place, web, isJson, warnings }: DashboardConfig, signal: AbortSignal): Promise<number> {
  const tell = (code: 'option' | 'dashboard', message: string) =>
    print(isJson ? jsonLine('message', levelOf(code), { message, code }) : printable(message));
  for (const warning of warnings) tell('option', warning);
  const redact = redactor(process.env, web);
  const events = { notice: (_code: unknown, message: string) => tell('dashboard', message) };
  const watch = await watchOf(place, isJson);
  if (typeof watch === 'number') return watch;
  const open: Web = await openWeb(web, { isJson, isQuiet: false, isAlone: true, redact, events });
  open.show(watch);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await open.close();
  return EXIT.ok;
}

/** Returns the exit code when there is no job, or its files cannot be read: then the reason is printed. */
async function watchOf(place: DashboardConfig['place'], isJson: boolean): Promise<Watch | number> {
  try {
    return await openJobWatch(place, { version: readBuild().version });
  } catch (error) {
    const failure = toTransferError(error);
    const { error: report } = isJson
      ? createJsonReporter(print, { intervalMs: 0, isQuiet: true })
      : createQuietReporter(print);
    report(failure);
    return failure.code === 'ERR_CONFIG' ? EXIT.none : EXIT.fatal;
  }
}
