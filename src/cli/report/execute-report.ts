/** `report`, from its arguments to its exit code. */
import { createReportConfig } from '../../config/report-config.js';
import { ConfigError } from '../../errors.js';
import { createJsonReporter, jsonLine } from '../../events/reporters/json.js';
import { levelOf } from '../../events/reporters/levels.js';
import { printable } from '../../events/reporters/reporter.js';
import { createQuietReporter } from '../../events/reporters/text.js';
import type { ReportConfig } from '../../jobs/run-options.js';
import { Answer } from '../answer.js';
import type { Invocation } from '../arguments/invocation.js';
import { EXIT } from '../exit-codes.js';
import { print, printProblems } from '../reporters.js';
import { endWithTerminal } from '../signals/end-with-terminal.js';
import type { Hangups } from '../signals/hangups.js';
import { tellReport } from './tell-report.js';

export async function executeReport({ options, problems }: Invocation, hangups: Hangups): Promise<number> {
  let config: ReportConfig;
  try {
    config = createReportConfig({ options, problems, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, 'report', options.json === true);
    return EXIT.usage;
  }
  const reporter = config.isJson
    ? createJsonReporter(print, { intervalMs: 0, isQuiet: true })
    : createQuietReporter(print);
  for (const message of config.warnings)
    print(config.isJson ? jsonLine('message', levelOf('option'), { message, code: 'option' }) : printable(message));
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);
  endWithTerminal(hangups, interrupt);
  const answer = new Answer(process.stdout, interrupt);
  const code = await tellReport(config, { reporter, print: answer.print, signal: interrupted.signal });
  return answer.end(code, reporter);
}
