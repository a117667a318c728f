#!/usr/bin/env node
/**
 * Entry point of the `sluice` command. Rules that must hold before any other file loads are here: until the command
 * itself reports its end, it has failed. Node would exit with 1 for a module that it cannot read (here: some objects
 * failed), and with 0 for an event loop that runs empty (here: success).
 */
import { openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { logLine } from '../events/reporters/log-lines.js';
import { leaveGoneTerminals } from '../lib/process/gone-terminals.js';
import type { Ending } from './ending.js';
import { Hangups } from './signals/hangups.js';

/** The exit code until a command has ended. The commands have the others. */
const EXIT_FATAL = 3;
/** The commands whose last JSON line is a summary, even an empty one. */
const SUMMED = new Set(['list', 'fetch', 'mirror', 'verify']);
const NOTHING = { listed: 0, stored: 0, skipped: 0, gone: 0, failed: 0, bytes: 0, seconds: 0 };
/** Node's error codes when the process, or the system, can open no more files. */
const OPEN_FILES = /\b(EMFILE|ENFILE)\b/;
/** For an end before the texts are loaded: reading them may be what fails. */
const ENGLISH: NonNullable<Ending['texts']> = {
  openFiles: (why) =>
    `too many files are open, so Sluice could not begin or go on (${why}); nothing that is stored is lost: raise the limit (ulimit -n), then run the same command again`,
  defect: (stack) => `unexpected error in Sluice, please report it: ${stack}`,
  neverEnds: 'the command waits for something that can never come',
};

process.exitCode = EXIT_FATAL;
const hangups = new Hangups(process);
// A run prints a snapshot for it. Before and after that the signal must not end the process, as it does by default.
process.on('SIGUSR2', () => {});
const args = process.argv.slice(2);

const ending: Ending = {
  isSaid: false,
  summary: undefined,
  isSummed: false,
  texts: undefined,
  log: undefined,
  isJson: args.includes('--json') || process.env.SLUICE_JSON === 'true' || process.env.SLUICE_JSON === '1',
  onDefect: undefined,
  fail,
};

/** Reports in one line what ended the command, and ends the process. */
function fail(thrown: unknown): never {
  if (!ending.isSaid) say(thrown);
  ending.isSaid = true;
  process.exit(EXIT_FATAL);
}

function say(thrown: unknown): void {
  const { message, stack = String(thrown) } = (thrown ?? {}) as Partial<Error>;
  const isShort = OPEN_FILES.test(`${(thrown as NodeJS.ErrnoException | undefined)?.code} ${message}`) || cannotOpen();
  const code = isShort ? 'ERR_OPEN_FILES' : 'ERR_INTERNAL';
  const texts = ending.texts ?? ENGLISH;
  const text = isShort ? texts.openFiles(message ?? String(thrown)) : texts.defect(stack);
  ending.log?.(code, text);
  if (!ending.isJson) {
    const line = `sluice: ${text.replace(UNPRINTABLE, ' ')} [${code}]`;
    print(SUMMED.has(args[0] ?? '') && !isatty(2) ? logLine(line, 'error') : line);
    return;
  }
  const stamp = { time: new Date().toISOString(), level: 'error' };
  print(JSON.stringify({ event: 'error', ...stamp, code, message: text }));
  if (ending.isSummed || !SUMMED.has(args[0] ?? '')) return;
  print(JSON.stringify({ event: 'summary', ...stamp, ...(ending.summary?.() ?? NOTHING) }));
}

/** Like `printable` of the reporters: a message is one line. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]+/g;

/** Whether a lack of open files is the likely cause: some errors do not say so. */
function cannotOpen(): boolean {
  try {
    // No close is needed: the process ends.
    openSync('/dev/null', 'r');
    return false;
  } catch (error) {
    return OPEN_FILES.test(String(error));
  }
}

/** Node's own stream for stderr may need a file that cannot be opened. */
function print(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // The reader is gone.
  }
}

process.on('uncaughtException', (thrown) => {
  if (ending.onDefect === undefined) fail(thrown);
  else ending.onDefect(thrown);
});
process.on('exit', () => {
  if (!ending.isSaid) {
    say(new Error((ending.texts ?? ENGLISH).neverEnds));
    process.exitCode = EXIT_FATAL;
  }
  leaveGoneTerminals();
});

// A shell asks at each TAB, and does not wait for all the commands to load.
const command = args[0] === 'completion' ? import('./completion/command.js') : import('./commands.js');
command.then(({ main }) => main(args, ending, hangups)).catch(fail);
