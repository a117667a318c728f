/** The end of a run: the summary, the advice for the next step, and the exit code. */

import type { EventBus } from '../events/bus.js';
import type { Stats } from '../events/stats.js';
import { outputFailure } from '../jobs/run/output-failure.js';
import { type RunEnd, summaryOf } from '../jobs/run/run-io.js';
import type { Config } from '../jobs/run-options.js';
import { nothingCompared } from '../jobs/verify/nothing-compared.js';
import { EXIT } from './exit-codes.js';

/** Reports the end and returns the exit code. */
export function reportEnd(config: Config, end: RunEnd, events: EventBus): number {
  const { stats, isInterrupted, outputError } = end;
  const { code } = (outputError ?? {}) as NodeJS.ErrnoException;
  const isTerminalGone = code === 'EIO' && process.stdout.isTTY;
  const isReaderGone = code === 'EPIPE' || isTerminalGone;
  const fatal = isReaderGone ? undefined : outputError ? outputFailure(outputError) : end.failure;
  if (fatal !== undefined) void events.emit({ type: 'error', error: fatal });
  const isOver = fatal === undefined && !isReaderGone && !isInterrupted;
  const nothing = isOver ? nothingCompared(config, stats) : undefined;
  if (nothing !== undefined) void events.emit({ type: 'error', error: nothing });
  // When the reader of the output is gone, the run ends quietly. A run that could not start has reported its error.
  const isSilent = isReaderGone || (fatal !== undefined && stats.settled === 0 && !config.isJson);
  if (isSilent) void events.emit({ type: 'stop' });
  else void events.emit({ type: 'summary', summary: summaryOf(end), advice: advice(config, end) });
  if (isInterrupted || isTerminalGone) return EXIT.interrupted;
  if (isReaderGone) return stats.failed > 0 ? EXIT.someFailed : EXIT.ok;
  // A job that this command must not touch is a usage error, although Sluice must read the disk to find it.
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
      `${elsewhere} objects failed on other machines: their own lists of failures name them (what a fetch has fixed since still counts here)`,
    );
  if (stats.failed > 0 && failures !== undefined) {
    const folders = to.map((folder) => `--to ${quote(folder)}`).join(' ');
    lines.push(`the objects that failed are in ${failures}; to try them again, use the same options:`);
    lines.push(`  sluice fetch --from ${quote(url)} ${folders} < ${quote(failures)}`);
  }
  if (isEmptyInput(config, end))
    lines.push('the input named no object, so Sluice fetched nothing: check what is piped in');
  if (goneFile !== undefined) lines.push(`objects that were listed and do not exist any more are in ${goneFile}`);
  const absent = stats.gone + (stats.codes.ERR_NOT_FOUND ?? 0);
  if (absent > 0 && absent === stats.settled) {
    lines.push(`none of these objects is there: is ${url} the SOURCE that the keys are relative to?`);
  }
  lines.push(...unservedAdvice(config, stats));
  if (isInterrupted) lines.push(`interrupted; ${interruptionOf(command, state)}`);
  return lines;
}

/** An empty input usually means a pipe that failed. */
function isEmptyInput({ command, queue }: Config, { stats, failure, isInterrupted }: RunEnd): boolean {
  if (command !== 'fetch' || queue !== undefined || failure !== undefined || isInterrupted) return false;
  return stats.settled === 0 && stats.excluded === 0;
}

/** When most failures have this code, the objects are hardly the cause. */
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
  if (command === 'verify') return 'only what was compared so far is reported';
  if (command === 'list' && state === undefined) return 'the listing is not complete';
  const found = command === 'list' ? 'pages that were done are not listed again' : 'what is stored is skipped';
  return `run the same command again to go on: ${found}`;
}

/** Quotes text for a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
