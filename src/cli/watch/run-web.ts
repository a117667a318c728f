/** The dashboard and the metrics of a run: they are open before it begins, or it does not begin. */
import { ConfigError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import type { Config, WebConfig } from '../../jobs/run-options.js';
import { EXIT } from '../exit-codes.js';
import type { LogFile } from '../log/log-file.js';
import { redactor } from '../log/redact.js';
import { printProblems } from '../reporters.js';
import { openWeb, type Web } from './web.js';

interface RunWebIo {
  readonly events: EventBus;
  readonly logFile: LogFile | undefined;
}

/** Returns the exit code when an address cannot be used: then the reason is printed. */
export async function webOf(config: Config, web: WebConfig, { events, logFile }: RunWebIo): Promise<Web | number> {
  const { isJson, isQuiet, credentials, queue, command } = config;
  const redact = redactor(process.env, credentials, queue?.access, web);
  try {
    return await openWeb(web, { isJson, isQuiet, redact, events, log: logFile });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, command, isJson);
    logFile?.error(error.code, error.problems.join('; '));
    await logFile?.end();
    return EXIT.usage;
  }
}
