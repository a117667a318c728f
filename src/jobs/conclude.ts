/** The end of a run: what is told, what can be done next, and the exit code. */
import type { Config } from '../config/config.js';
import { TransferError } from '../errors.js';
import { type Books, type SharedTotals, summarise } from '../events/books.js';
import type { Reporter } from '../events/reporter.js';

/** Exit codes of the contract. */
export const EXIT = { ok: 0, someFailed: 1, usage: 2, fatal: 3, interrupted: 130 } as const;

export interface Conclusion {
  /** SOURCE, as a command line has it. */
  url: string;
  books: Books;
  /** Of a job with others: what all machines have done. */
  shared: SharedTotals | undefined;
  reporter: Reporter;
  /** What ended the run early, or went wrong in closing. */
  failure: TransferError | undefined;
  /** Where the failures file lies, if it could be written. */
  failures: string | undefined;
  /** The list of what was listed and is gone, if anything is. */
  goneFile: string | undefined;
  isInterrupted: boolean;
  /** What stdout failed with. */
  outputError: unknown;
}

/** Reports the end and gives the exit code. */
export function conclude(config: Config, conclusion: Conclusion): number {
  const { books, reporter, isInterrupted, outputError } = conclusion;
  const { code } = (outputError ?? {}) as NodeJS.ErrnoException;
  const isTerminalGone = code === 'EIO' && process.stdout.isTTY;
  const isReaderGone = code === 'EPIPE' || isTerminalGone;
  const fatal = isReaderGone ? undefined : outputError ? outputFailure(outputError) : conclusion.failure;
  if (fatal !== undefined) reporter.error(fatal);
  const isOver = fatal === undefined && !isReaderGone && !isInterrupted;
  const nothing = isOver ? nothingCompared(config, books) : undefined;
  if (nothing !== undefined) reporter.error(nothing);
  // An output that nobody reads any more ends quietly; a run that could not even begin has said all there is to say.
  const isSilent = isReaderGone || (fatal !== undefined && books.settled === 0 && !config.isJson);
  if (isSilent) reporter.stop();
  else
    reporter.finish(
      {
        ...summarise(books),
        ...(conclusion.goneFile !== undefined && { goneFile: conclusion.goneFile }),
        ...(conclusion.shared && { job: conclusion.shared }),
      },
      advice(config, conclusion),
    );
  if (isInterrupted || isTerminalGone) return EXIT.interrupted;
  if (isReaderGone) return books.failed > 0 ? EXIT.someFailed : EXIT.ok;
  // A job that this command must not touch is wrong usage, although it takes a look at the disk to know.
  if (fatal !== undefined) return fatal.code === 'ERR_CONFIG' ? EXIT.usage : EXIT.fatal;
  return nothing !== undefined || (conclusion.shared ?? books).failed > 0 ? EXIT.someFailed : EXIT.ok;
}

/**
 * Disks and source are alike only where something was compared: an input without lines is more often a pipe that failed, and
 * a filter that leaves nothing a slip. A listing of the server that has nothing is true as it stands.
 */
function nothingCompared(config: Config, books: Books): TransferError | undefined {
  const { command, isInput, isAllowEmpty, include, exclude } = config;
  if (command !== 'verify' || isAllowEmpty || books.settled > 0 || books.elsewhere > 0) return undefined;
  // What lies below a folder that is excluded is not even listed, and so not counted.
  if (books.excluded > 0 || (!isInput && include.length + exclude.length > 0)) {
    return nothingError('the filters leave nothing of what was listed; check --include and --exclude');
  }
  return isInput ? nothingError('the input names no object; check what is piped in') : undefined;
}

function nothingError(why: string): TransferError {
  return new TransferError(
    'ERR_NOTHING_COMPARED',
    `nothing was compared: ${why} (--allow-empty says that this is as it should be)`,
  );
}

/** What an output that cannot be written means. */
export function outputFailure(error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return new TransferError('ERR_OUTPUT', `stdout cannot be written: ${why}`, { cause: error });
}

function advice(config: Config, conclusion: Conclusion): string[] {
  const { to, command, state } = config;
  const { url, books, shared, failures, goneFile, isInterrupted } = conclusion;
  const lines: string[] = [];
  const elsewhere = (shared?.failed ?? 0) - books.failed;
  if (elsewhere > 0)
    lines.push(
      `${elsewhere} objects failed on other machines: their own lists of failures name them (what a fetch has mended since counts here still)`,
    );
  if (books.failed > 0 && failures !== undefined) {
    const folders = to.map((folder) => `--to ${quote(folder)}`).join(' ');
    lines.push(`what failed is in ${failures}; to try it again, with the same options:`);
    lines.push(`  sluice fetch --from ${quote(url)} ${folders} < ${quote(failures)}`);
  }
  if (isEmptyInput(config, conclusion))
    lines.push('the input named no object, so nothing was asked for: check what is piped in');
  if (goneFile !== undefined) lines.push(`what was listed and is not there any more is in ${goneFile}`);
  const absent = books.gone + (books.codes.ERR_NOT_FOUND ?? 0);
  if (absent > 0 && absent === books.settled) {
    lines.push(`none of these objects is there: is ${url} the SOURCE that the keys are relative to?`);
  }
  lines.push(...unservedAdvice(config, books));
  if (isInterrupted) lines.push(`interrupted; ${interruptionOf(command, state)}`);
  return lines;
}

/** More often a pipe that failed than nothing to do. */
function isEmptyInput({ command, queue }: Config, { books, failure, isInterrupted }: Conclusion): boolean {
  if (command !== 'fetch' || queue !== undefined || failure !== undefined || isInterrupted) return false;
  return books.settled === 0 && books.excluded === 0;
}

/** Where that is most of it, the fault is hardly that of the objects. */
function unservedAdvice({ domain, variant }: Config, { codes, stored, gone, failed }: Books): string[] {
  const unserved = codes.ERR_NOT_SERVED ?? 0;
  const asked = stored + gone + failed;
  if (unserved === 0 || 2 * unserved <= asked) return [];
  const share = unserved === asked ? 'none' : `only ${asked - unserved}`;
  const version = variant === undefined ? '' : ` in its version ${variant}`;
  const question =
    domain === undefined ? 'is there such a version in this bucket?' : 'is it the domain of this bucket?';
  return [
    `${domain ?? 'the server'} serves ${share} of the ${asked} objects that were asked for${version}: ${question}`,
  ];
}

function interruptionOf(command: Config['command'], state: string | undefined): string {
  if (command === 'verify') return 'what was compared so far is told, and nothing of the rest';
  if (command === 'list' && state === undefined) return 'the listing is not complete';
  const found = command === 'list' ? 'pages that were done are not listed again' : 'what is stored is skipped';
  return `run the same command again to go on: ${found}`;
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
