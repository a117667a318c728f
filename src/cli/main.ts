#!/usr/bin/env node
/**
 * Entry point of the `sluice` command; the only place that ends the process. What only some runs need is imported when
 * they need it: reading modules is most of what a short run takes.
 */
import { spawn } from 'node:child_process';
import { fstatSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { createConfig } from '../config/config.js';
import { createManageConfig, isAboutQueue, type ManageConfig } from '../config/manage-config.js';
import { createStatusConfig, type StatusConfig } from '../config/status-config.js';
import { ConfigError } from '../errors.js';
import { sleep } from '../flow/sleep.js';
import { createJsonReporter } from '../report/json.js';
import { createPlainReporter } from '../report/plain.js';
import { printable, type Reporter } from '../report/reporter.js';
import { createQuietReporter } from '../report/text.js';
import { EXIT } from './conclude.js';
import { dataOutput } from './file-output.js';
import type { Managing } from './manage.js';
import { createProgram, type Invocation } from './program.js';
import { listenForSignals } from './signals.js';

const { stdin, stdout, stderr } = process;

const FLUSH_PATIENCE_MS = 1_000;

function print(line: string): void {
  stderr.write(`${line}\n`);
}

async function main(args: string[]): Promise<number> {
  // Nobody reads the messages any more: no reason to end a job of days.
  stderr.on('error', () => {});
  const invocation = parse(args);
  if (typeof invocation === 'number') return invocation;
  const { command, options } = invocation;
  const isManaging = command === 'jobs' || command === 'forget' || command === 'remove';
  if (isManaging || (command === 'status' && isAboutQueue({ options, env: process.env }))) {
    return executeManaging(invocation, command);
  }
  return command === 'status' ? executeStatus(invocation) : execute(invocation);
}

/** The invocation, or the exit code when commander has done all there was to do. */
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

async function execute({ command, source, options, problems }: Invocation): Promise<number> {
  let config: ReturnType<typeof createConfig>;
  // Node reads a folder as an empty input.
  if ((command === 'fetch' || source === '-') && fstatSync(0).isDirectory())
    problems.push('stdin is a folder; give it a file of keys');
  try {
    config = createConfig({ command, source, options, problems, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, command, options.json === true);
    return EXIT.usage;
  }
  isJson = config.isJson;
  const reporter = await createReporter(config);
  if (command === 'fetch' && stdin.isTTY)
    reporter.message('reading keys from the terminal, one a line; end with Ctrl-D');
  const interruption = listenForSignals({
    graceMs: config.timeoutMs,
    onFirst: () => reporter.message('interrupted: finishing what is in flight; once more to stop at once'),
    // What was written so far is whole: a file gets its name only when it is complete.
    onSecond: () => {
      // A hanging disk can hold up even the exit: a third signal then ends the process by itself.
      interruption.dispose();
      endFor(EXIT.interrupted);
    },
  });
  const onStuck = () => {
    isStuck = true;
  };
  const input = { command, source, options, env: process.env };
  const reread = config.configFile === undefined ? undefined : () => createConfig(input);
  const defect = new AbortController();
  running = defect;
  const io = {
    input: stdin,
    output: dataOutput(stdout),
    reporter,
    interruption,
    defect: defect.signal,
    onStuck,
    reread,
  };
  const code =
    config.command === 'verify'
      ? await (await import('./verify.js')).runVerify(config, io)
      : await (await import('./run.js')).run(config, io);
  running = undefined;
  interruption.dispose();
  return code;
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
  return tellStatus(config, { reporter, print: (line) => stdout.write(`${line}\n`) });
}

async function executeManaging({ options, problems }: Invocation, command: Managing): Promise<number> {
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
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => interrupted.abort(new Error('interrupted')));
  const { manage } = await import('./manage.js');
  return manage(command, config, {
    reporter,
    print: (line) => stdout.write(`${line}\n`),
    input: stdin,
    prompt: stderr,
    signal: interrupted.signal,
  });
}

async function createReporter({
  isJson,
  isQuiet,
  progressIntervalMs,
}: ReturnType<typeof createConfig>): Promise<Reporter> {
  if (isJson) return createJsonReporter(print, { intervalMs: progressIntervalMs, isQuiet });
  if (isQuiet) return createQuietReporter(print);
  if (!stderr.isTTY) return createPlainReporter(print, progressIntervalMs);
  const { createTerminalReporter } = await import('../report/terminal.js');
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

/**
 * Ends the process. Node waits for threads that are in the middle of a system call, and a disk that hangs never lets
 * them go. A program that takes the place of this one rids it of them (Node from 22.15 on can do that); else somebody
 * else has to end it, and the exit code is that of a killed process.
 */
function endFor(code: number): never {
  const script = `sleep ${EXIT_PATIENCE_SECONDS}; kill -KILL ${process.pid}`;
  spawn('sh', ['-c', script], { stdio: 'ignore', detached: true, env: { PATH: process.env.PATH } }).unref();
  const { execve } = process as { execve?: (file: string, args: string[], env: object) => never };
  try {
    execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
  } catch {
    // There is no such shell: the other way, then.
  }
  process.exit(code);
}

const EXIT_PATIENCE_SECONDS = 3;

/** Waits until everything that was written has left the process. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

/** A defect shows where nobody expects it: the run ends in order, with what is safe; if it cannot, at once. */
function onUncaught(thrown: unknown): void {
  if (running === undefined || running.signal.aborted) crash(thrown);
  running.abort(thrown);
  setTimeout(() => crash(thrown), DEFECT_PATIENCE_MS).unref();
}

const DEFECT_PATIENCE_MS = 10_000;

/** A defect: say so in one line and with the code for it, instead of Node's own exit code 1, which means something else here. */
function crash(thrown: unknown): never {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const message = `unexpected error, please report it: ${detail}`;
  if (isJson) print(JSON.stringify({ event: 'error', code: 'ERR_INTERNAL', message }));
  else print(printable(`sluice: ${message} [ERR_INTERNAL]`));
  process.exit(EXIT.fatal);
}

// What lives is as much after ten million objects as after a thousand, so the heap need not be allowed to grow far
// beyond it: 50 MB less in the end. (Measured; a download is as fast, a listing a tenth slower, at 500,000 objects/s.)
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=20');

let isStuck = false;
let isJson = false;
let running: AbortController | undefined;
process.on('uncaughtException', onUncaught);
stdout.on('error', () => {});
const code = await main(process.argv.slice(2));
// Data is worth waiting for, whoever reads it; but not when the process shall end, and messages are not for ever.
const patience = sleep(FLUSH_PATIENCE_MS);
await Promise.race([flushed(stdout), ...(code === EXIT.interrupted ? [patience] : [])]);
await Promise.race([flushed(stderr), patience]);
if (isStuck) endFor(code);
process.exit(code);
