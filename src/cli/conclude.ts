/** The end of a run: what is told, what can be done next, and the exit code. */

import type { Reporter } from '../events/reporter.js';
import type { Stats } from '../events/stats.js';
import type { Config } from '../jobs/options.js';
import { outputFailure } from '../jobs/run/output-failure.js';
import { type RunEnd, summaryOf } from '../jobs/run/run-io.js';
import { nothingCompared } from '../jobs/verify/nothing-compared.js';

/** Exit codes of the contract. */
export const EXIT = { ok: 0, someFailed: 1, usage: 2, fatal: 3, interrupted: 130 } as const;

/** Reports the end and gives the exit code. */
export function conclude(config: Config, end: RunEnd, reporter: Reporter): number {
  const { stats, isInterrupted, outputError } = end;
  const { code } = (outputError ?? {}) as NodeJS.ErrnoException;
  const isTerminalGone = code === 'EIO' && process.stdout.isTTY;
  const isReaderGone = code === 'EPIPE' || isTerminalGone;
  const fatal = isReaderGone ? undefined : outputError ? outputFailure(outputError) : end.failure;
  if (fatal !== undefined) reporter.error(fatal);
  const isOver = fatal === undefined && !isReaderGone && !isInterrupted;
  const nothing = isOver ? nothingCompared(config, stats) : undefined;
  if (nothing !== undefined) reporter.error(nothing);
  // An output that nobody reads any more ends quietly; a run that could not even begin has said all there is to say.
  const isSilent = isReaderGone || (fatal !== undefined && stats.settled === 0 && !config.isJson);
  if (isSilent) reporter.stop();
  else reporter.finish(summaryOf(end), advice(config, end));
  if (isInterrupted || isTerminalGone) return EXIT.interrupted;
  if (isReaderGone) return stats.failed > 0 ? EXIT.someFailed : EXIT.ok;
  // A job that this command must not touch is wrong usage, although it takes a look at the disk to know.
  if (fatal !== undefined) return fatal.code === 'ERR_CONFIG' ? EXIT.usage : EXIT.fatal;
  return nothing !== undefined || (end.shared ?? stats).failed > 0 ? EXIT.someFailed : EXIT.ok;
}

function advice(config: Config, end: RunEnd): string[] {
  const { to, command, state } = config;
  const { url, stats, shared, failures, goneFile, isInterrupted } = end;
  const lines: string[] = [];
  const elsewhere = (shared?.failed ?? 0) - stats.failed;
  if (elsewhere > 0)
    lines.push(
      `${elsewhere} objects failed on other machines: their own lists of failures name them (what a fetch has mended since counts here still)`,
    );
  if (stats.failed > 0 && failures !== undefined) {
    const folders = to.map((folder) => `--to ${quote(folder)}`).join(' ');
    lines.push(`what failed is in ${failures}; to try it again, with the same options:`);
    lines.push(`  sluice fetch --from ${quote(url)} ${folders} < ${quote(failures)}`);
  }
  if (isEmptyInput(config, end))
    lines.push('the input named no object, so nothing was asked for: check what is piped in');
  if (goneFile !== undefined) lines.push(`what was listed and is not there any more is in ${goneFile}`);
  const absent = stats.gone + (stats.codes.ERR_NOT_FOUND ?? 0);
  if (absent > 0 && absent === stats.settled) {
    lines.push(`none of these objects is there: is ${url} the SOURCE that the keys are relative to?`);
  }
  lines.push(...unservedAdvice(config, stats));
  if (isInterrupted) lines.push(`interrupted; ${interruptionOf(command, state)}`);
  return lines;
}

/** More often a pipe that failed than nothing to do. */
function isEmptyInput({ command, queue }: Config, { stats, failure, isInterrupted }: RunEnd): boolean {
  if (command !== 'fetch' || queue !== undefined || failure !== undefined || isInterrupted) return false;
  return stats.settled === 0 && stats.excluded === 0;
}

/** Where that is most of it, the fault is hardly that of the objects. */
function unservedAdvice({ domain, variant }: Config, { codes, stored, gone, failed }: Stats): string[] {
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
