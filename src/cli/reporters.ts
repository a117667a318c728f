/** Where the messages of a command go: the screen, a log, or a program. */
import type { ConfigError } from '../errors.js';
import { createJsonReporter, jsonLine } from '../events/reporters/json.js';
import { stamped } from '../events/reporters/log-lines.js';
import { createPlainReporter } from '../events/reporters/plain.js';
import { printable, type Reporter } from '../events/reporters/reporter.js';
import { createQuietReporter } from '../events/reporters/text.js';
import type { Config } from '../jobs/run-options.js';
import { say } from '../texts/say.js';

const { stderr } = process;

export function print(line: string): void {
  try {
    stderr.write(`${line}\n`);
  } catch {
    // If the terminal is gone before the process starts, Node treats it as a file, and this throws.
  }
}

/** Where stderr is no terminal, it is a log: each line has its time and its level. */
export async function createReporter(config: Config): Promise<Reporter> {
  const { isJson, isQuiet, progressIntervalMs: intervalMs } = config;
  const failures = failuresFileOf(config);
  if (isJson) return createJsonReporter(print, { intervalMs, isQuiet });
  // A dumb terminal cannot draw a line again.
  const isScreen = stderr.isTTY && process.env.TERM !== 'dumb';
  if (isQuiet) return createQuietReporter(isScreen ? print : stamped(print), failures);
  if (!isScreen) return createPlainReporter(stamped(print), { intervalMs, failures });
  const { createTerminalReporter } = await import('../events/reporters/terminal.js');
  return createTerminalReporter(stderr, { failures, isDryRun: config.isDryRun });
}

/** The file that lists the failures of this run, if it writes one. */
function failuresFileOf({ command, queue, failures }: Config): string | undefined {
  return command === 'verify' || queue?.role === 'list' ? undefined : failures;
}

/** `isJson`: whether --json is given. Its variable counts, too: a program that sets it reads only JSON. */
export function printProblems({ code, problems }: ConfigError, command: string, isJson: boolean): void {
  if (isJson || /^(true|1)$/.test(process.env.SLUICE_JSON ?? '')) {
    print(jsonLine('error', 'error', { code, message: problems.join('; '), problems }));
    return;
  }
  for (const problem of problems) print(printable(say.cli.problem(command, problem)));
  print(say.cli.seeHelp(command, code));
}
