/**
 * The commands, from their arguments to the end of the process. A module that only some runs need is imported when a
 * run needs it: loading modules takes most of the time of a short run.
 */
import { fstatSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { createConfig } from '../config/config.js';
import { createManageConfig, isAboutQueue } from '../config/manage-config.js';
import { createStatusConfig } from '../config/status-config.js';
import { ConfigError } from '../errors.js';
import { EventBus } from '../events/bus.js';
import { attach } from '../events/reporters/attach.js';
import { createJsonReporter, jsonLine } from '../events/reporters/json.js';
import { levelOf } from '../events/reporters/levels.js';
import { printable } from '../events/reporters/reporter.js';
import { createQuietReporter } from '../events/reporters/text.js';
import type { Running } from '../jobs/run/run-io.js';
import type { ManageConfig, StatusConfig } from '../jobs/run-options.js';
import { dataOutput } from '../lib/files/file-output.js';
import { say, speak } from '../texts/say.js';
import { Answer } from './answer.js';
import { chooseLanguage } from './arguments/choose-language.js';
import type { Invocation } from './arguments/invocation.js';
import type { Ending } from './ending.js';
import { reportEnd } from './exit-code.js';
import { EXIT } from './exit-codes.js';
import { endFor, flushed } from './leave.js';
import type { Managing } from './manage.js';
import { parseArguments } from './program.js';
import { createReporter, print, printProblems } from './reporters.js';
import { readBuild } from './shipped.js';
import { answerSignals } from './signals/answer-signals.js';
import { endWithTerminal } from './signals/end-with-terminal.js';
import type { Hangups } from './signals/hangups.js';
import { listenForSignals } from './signals/signals.js';

const { stdin, stdout, stderr } = process;

/** Runs one command and ends the process with its exit code. Rejects when it cannot report how the command ended. */
export async function main(args: string[], ending: Ending, hangups: Hangups): Promise<never> {
  // The live heap is as large after ten million objects as after a thousand, so it need not grow far beyond that. This
  // saves 50 MB in the end. (Measured; a download is as fast, a listing a tenth slower, at 500,000 objects/s.)
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
  await speak(chooseLanguage(args, process.env, ending.isJson));
  ending.texts = say.cli;
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
  const invocation = parseArguments(args, ending.isJson);
  if (typeof invocation === 'number') return { code: invocation };
  if ('names' in invocation) {
    const { answerHelp } = await import('./help/answer-help.js');
    return { code: await answerHelp(invocation.names, invocation.program) };
  }
  const { command, options } = invocation;
  const isManaging = command === 'jobs' || command === 'forget' || command === 'remove';
  if (isManaging || (command === 'status' && isAboutQueue({ options, env: process.env }))) {
    return { code: await executeManaging(invocation, command, hangups) };
  }
  if (command === 'status') return { code: await executeStatus(invocation, hangups) };
  if (command === 'dashboard') {
    const { executeDashboard } = await import('./watch/dashboard.js');
    return { code: await executeDashboard(invocation, interruptible(hangups).signal) };
  }
  if (command === 'report') {
    const { executeReport } = await import('./report/execute-report.js');
    return { code: await executeReport(invocation, hangups) };
  }
  if (command === 'doctor') return (await import('./doctor/execute-doctor.js')).executeDoctor(invocation, hangups);
  return execute(invocation, args, { ending, hangups });
}

async function execute(
  { command, source, options, problems }: Invocation,
  args: readonly string[],
  { ending, hangups }: { ending: Ending; hangups: Hangups },
): Promise<End> {
  let config: ReturnType<typeof createConfig>;
  // Node reads a folder as an empty input.
  if ((command === 'fetch' || source === '-') && fstatSync(0).isDirectory()) problems.push(say.cli.stdinIsFolder);
  try {
    config = createConfig({ command, source, options, problems, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, command, options.json === true);
    return { code: EXIT.usage };
  }
  ending.isJson = config.isJson;
  // A listing alone makes up to 500,000 objects/s, and most of them live as long as their page. (Measured: 1 M keys of S3, 16
  // requests at once: CPU 3.4 s instead of 4.2, 20 MB more.)
  if (command === 'list') setFlagsFromString('--semi-space-growth-factor=2');
  const events = new EventBus();
  attach(events, await createReporter(config));
  const { version } = readBuild();
  const logIo = { events, version, args, env: process.env };
  const logFile = config.logFile && (await (await import('./log/log-file.js')).openLog(config, config.logFile, logIo));
  if (typeof logFile === 'number') return { code: logFile };
  ending.log = logFile?.error;
  const web = config.web && (await (await import('./watch/run-web.js')).webOf(config, config.web, { events, logFile }));
  if (typeof web === 'number') return { code: web };
  const alerting = config.alerts && (await import('./watch/alerts.js')).alertsOf(config, config.alerts, events);
  if (command === 'fetch' && stdin.isTTY) events.notice('terminal-input', say.cli.terminalInput);
  const interruption = listenForSignals({
    graceMs: config.timeoutMs,
    onFirst: () => events.notice('interrupted', say.cli.interrupted),
    // Every stored file is complete: a file gets its name only when it is whole.
    onSecond: () => {
      // A disk that hangs can even delay the exit. Then a third signal ends the process by its default action.
      interruption.dispose();
      ending.isSaid = true;
      logFile?.flushSync();
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
    onWatch: web?.show,
    version,
  };
  const isVerify = config.command === 'verify';
  const work = isVerify
    ? (await import('../jobs/verify/verify.js')).runVerify
    : (await import('../jobs/run/run.js')).run;
  // A single folder needs no arranging.
  const arranged = config.to.length > 1 ? await (await import('../jobs/plan/roots.js')).arrange(config) : config;
  const end = await work(arranged, io);
  // The summary comes last.
  if (config.report !== undefined && !isStuck)
    await (await import('./report/tell-report.js')).reportAtEnd(arranged, config.report, events);
  const code = reportEnd(arranged, end, events);
  ending.isSummed = true;
  ending.onDefect = undefined;
  interruption.dispose();
  await Promise.all([alerting?.end(code), web?.close()]);
  await logFile?.end();
  return { code, isStuck };
}

async function executeStatus({ options, problems }: Invocation, hangups: Hangups): Promise<number> {
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
  if (config.isWatch) {
    const { signal, interrupt } = interruptible(hangups);
    const { watchStatus } = await import('./watch-status.js');
    const answer = new Answer(stdout, interrupt);
    const io = { reporter, print: answer.print, output: stdout, signal };
    return answer.end(await watchStatus(config, io), reporter);
  }
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
  for (const warning of config.warnings)
    print(
      config.isJson ? jsonLine('message', levelOf('option'), { message: warning, code: 'option' }) : printable(warning),
    );
  const { signal, interrupt } = interruptible(hangups);
  const { manage } = await import('./manage.js');
  const answer = new Answer(stdout, interrupt);
  const code = await manage(command, config, {
    reporter,
    print: answer.print,
    input: stdin,
    prompt: stderr,
    signal,
  });
  return answer.end(code, reporter);
}

/** What ends a command that only looks: Ctrl-C, SIGTERM, and its terminal. */
function interruptible(hangups: Hangups): { signal: AbortSignal; interrupt: () => void } {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);
  endWithTerminal(hangups, interrupt);
  return { signal: interrupted.signal, interrupt };
}

/** An uncaught exception: the run ends cleanly and keeps what is durable. If it cannot, it ends at once. */
function onDefect(thrown: unknown, defect: AbortController, { fail }: Ending): void {
  if (defect.signal.aborted) fail(thrown);
  defect.abort(thrown);
  // The timer keeps the process alive. Without it the process could end before it reports how the run ended.
  setTimeout(() => fail(thrown), DEFECT_TIMEOUT_MS);
}

const DEFECT_TIMEOUT_MS = 10_000;
