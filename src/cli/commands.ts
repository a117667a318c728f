/**
 * The commands, from their arguments to the end of the process. A module that only some runs need is imported when a
 * run needs it: loading modules takes most of the time of a short run.
 */
import { fstatSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { createConfig } from '../config/config.js';
import { createManageConfig, isAboutQueue } from '../config/manage-config.js';
import { createStatusConfig } from '../config/status-config.js';
import { ConfigError } from '../errors.js';
import { EventBus } from '../events/bus.js';
import { attach } from '../events/reporters/attach.js';
import { createJsonReporter } from '../events/reporters/json.js';
import { createPlainReporter } from '../events/reporters/plain.js';
import { printable, type Reporter } from '../events/reporters/reporter.js';
import { createQuietReporter } from '../events/reporters/text.js';
import type { Running } from '../jobs/run/run-io.js';
import type { ManageConfig, StatusConfig } from '../jobs/run-options.js';
import { dataOutput } from '../lib/files/file-output.js';
import { Answer } from './answer.js';
import { answerSignals } from './answer-signals.js';
import { endWithTerminal } from './end-with-terminal.js';
import type { Ending } from './ending.js';
import { reportEnd } from './exit-code.js';
import { EXIT } from './exit-codes.js';
import type { Hangups } from './hangups.js';
import { endFor, flushed } from './leave.js';
import type { Managing } from './manage.js';
import { createProgram, type Invocation } from './program.js';
import { listenForSignals } from './signals.js';

const { stdin, stdout, stderr } = process;

function print(line: string): void {
  try {
    stderr.write(`${line}\n`);
  } catch {
    // If the terminal is gone before the process starts, Node treats it as a file, and this throws.
  }
}

/** Runs one command and ends the process with its exit code. Rejects when it cannot report how the command ended. */
export async function main(args: string[], ending: Ending, hangups: Hangups): Promise<never> {
  // The live heap is as large after ten million objects as after a thousand, so it need not grow far beyond that. This
  // saves 50 MB in the end. (Measured; a download is as fast, a listing a tenth slower, at 500,000 objects/s.)
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
  // If the reader of the messages is gone, a job of days must still continue.
  stderr.on('error', () => {});
  stdout.on('error', () => {});
  const { code, isStuck = false } = await perform(args, ending, hangups);
  await flushed(code);
  ending.isSaid = true;
  if (isStuck) endFor(code);
  process.exit(code);
}

/** How a command ended. */
interface End {
  code: number;
  /** A thread may keep the process alive. */
  isStuck?: boolean;
}

async function perform(args: string[], ending: Ending, hangups: Hangups): Promise<End> {
  const invocation = parse(args);
  if (typeof invocation === 'number') return { code: invocation };
  const { command, options } = invocation;
  const isManaging = command === 'jobs' || command === 'forget' || command === 'remove';
  if (isManaging || (command === 'status' && isAboutQueue({ options, env: process.env }))) {
    return { code: await executeManaging(invocation, command, hangups) };
  }
  if (command === 'status') return { code: await executeStatus(invocation) };
  return execute(invocation, ending, hangups);
}

/** Returns the invocation, or the exit code when commander has already done the work. */
function parse(args: string[]): Invocation | number {
  let invocation: Invocation | undefined;
  const program = createProgram(readVersion(), (found) => {
    invocation = found;
  });
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0 || (error.code === 'commander.help' && args[0] === 'help');
    return isHelp ? EXIT.ok : EXIT.usage;
  }
  return invocation ?? EXIT.usage;
}

async function execute(
  { command, source, options, problems }: Invocation,
  ending: Ending,
  hangups: Hangups,
): Promise<End> {
  let config: ReturnType<typeof createConfig>;
  // Node reads a folder as an empty input.
  if ((command === 'fetch' || source === '-') && fstatSync(0).isDirectory())
    problems.push('stdin is a folder; give it a file of keys');
  try {
    config = createConfig({ command, source, options, problems, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, command, options.json === true);
    return { code: EXIT.usage };
  }
  ending.isJson = config.isJson;
  const events = new EventBus();
  attach(events, await createReporter(config));
  if (command === 'fetch' && stdin.isTTY)
    events.notice('terminal-input', 'reading keys from the terminal, one a line; end with Ctrl-D');
  const interruption = listenForSignals({
    graceMs: config.timeoutMs,
    onFirst: () =>
      events.notice(
        'interrupted',
        'interrupted: Sluice finishes the requests in flight; interrupt again to stop at once',
      ),
    // Every stored file is complete: a file gets its name only when it is whole.
    onSecond: () => {
      // A disk that hangs can even delay the exit. Then a third signal ends the process by its default action.
      interruption.dispose();
      ending.isSaid = true;
      endFor(EXIT.interrupted);
    },
  });
  let isStuck = false;
  const onStuck = () => {
    isStuck = true;
  };
  const input = { command, source, options, env: process.env };
  const reread = config.configFile === undefined ? undefined : { config: () => createConfig(input), hangups };
  if (reread === undefined) endWithTerminal(hangups, () => interruption.begin());
  const defect = new AbortController();
  ending.onDefect = (thrown) => onDefect(thrown, defect, ending);
  const io = {
    input: stdin,
    output: dataOutput(stdout),
    events,
    interruption,
    defect: defect.signal,
    onStuck,
    onBegin: (summary: () => object) => {
      ending.summary = summary;
    },
    onRunning: (running: Running) => answerSignals(running, { events, reread }),
  };
  const isVerify = config.command === 'verify';
  const work = isVerify
    ? (await import('../jobs/verify/verify.js')).runVerify
    : (await import('../jobs/run/run.js')).run;
  // A single folder needs no arranging.
  const arranged = config.to.length > 1 ? await (await import('../jobs/plan/roots.js')).arrange(config) : config;
  const code = reportEnd(arranged, await work(arranged, io), events);
  ending.isSummed = true;
  ending.onDefect = undefined;
  interruption.dispose();
  return { code, isStuck };
}

async function executeStatus({ options, problems }: Invocation): Promise<number> {
  let config: StatusConfig;
  try {
    config = createStatusConfig({ options, problems, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, 'status', options.json === true);
    return EXIT.usage;
  }
  const reporter = config.isJson
    ? createJsonReporter(print, { intervalMs: 0, isQuiet: true })
    : createQuietReporter(print);
  const { tellStatus } = await import('./status.js');
  const answer = new Answer(stdout);
  return answer.end(await tellStatus(config, { reporter, print: answer.print }), reporter);
}

async function executeManaging(
  { options, problems }: Invocation,
  command: Managing,
  hangups: Hangups,
): Promise<number> {
  let config: ManageConfig;
  try {
    config = createManageConfig({ command, options, problems, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, command, options.json === true);
    return EXIT.usage;
  }
  const reporter = config.isJson
    ? createJsonReporter(print, { intervalMs: 0, isQuiet: true })
    : createQuietReporter(print);
  const interrupted = new AbortController();
  for (const warning of config.warnings)
    print(config.isJson ? JSON.stringify({ event: 'message', message: warning, code: 'option' }) : printable(warning));
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);
  endWithTerminal(hangups, interrupt);
  const { manage } = await import('./manage.js');
  const answer = new Answer(stdout, interrupt);
  const code = await manage(command, config, {
    reporter,
    print: answer.print,
    input: stdin,
    prompt: stderr,
    signal: interrupted.signal,
  });
  return answer.end(code, reporter);
}

async function createReporter({
  isJson,
  isQuiet,
  progressIntervalMs,
}: ReturnType<typeof createConfig>): Promise<Reporter> {
  if (isJson) return createJsonReporter(print, { intervalMs: progressIntervalMs, isQuiet });
  if (isQuiet) return createQuietReporter(print);
  if (!stderr.isTTY) return createPlainReporter(print, progressIntervalMs);
  const { createTerminalReporter } = await import('../events/reporters/terminal.js');
  return createTerminalReporter(stderr);
}

function printProblems({ code, problems }: ConfigError, command: string, isJson: boolean): void {
  if (isJson) {
    print(JSON.stringify({ event: 'error', code, message: problems.join('; '), problems }));
    return;
  }
  for (const problem of problems) print(printable(`sluice ${command}: ${problem}`));
  print(`see: sluice ${command} --help`);
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}

/** An uncaught exception: the run ends cleanly and keeps what is durable. If it cannot, it ends at once. */
function onDefect(thrown: unknown, defect: AbortController, { fail }: Ending): void {
  if (defect.signal.aborted) fail(thrown);
  defect.abort(thrown);
  // The timer keeps the process alive. Without it the process could end before it reports how the run ended.
  setTimeout(() => fail(thrown), DEFECT_TIMEOUT_MS);
}

const DEFECT_TIMEOUT_MS = 10_000;
