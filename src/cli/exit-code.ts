/** The end of a run: the summary, the advice for the next step, and the exit code. */

import type { EventBus } from '../events/bus.js';
import type { Stats } from '../events/stats.js';
import { outputFailure } from '../jobs/run/output-failure.js';
import { type RunEnd, summaryOf } from '../jobs/run/run-io.js';
import type { Config } from '../jobs/run-options.js';
import { nothingCompared } from '../jobs/verify/nothing-compared.js';
import { quote } from '../lib/text/shell.js';
import { LIST_OF_URLS } from '../sources/registry.js';
import { say } from '../texts/say.js';
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
  const { to, command } = config;
  const text = say.cli.advice;
  const { url, stats, shared, failures, goneFile, isInterrupted } = end;
  const lines: string[] = [];
  const elsewhere = (shared?.failed ?? 0) - stats.failed;
  if (elsewhere > 0) lines.push(text.failedElsewhere(elsewhere));
  if (stats.failed > 0 && failures !== undefined) {
    const folders = to.map((folder) => `--to ${quote(folder)}`).join(' ');
    lines.push(text.failures(failures), text.fetch(quote(url), folders, quote(failures)));
  }
  if (isEmpty(config, end)) {
    if (command === 'fetch') lines.push(text.emptyInput);
    else if (config.source.prefix === '') lines.push(text.emptySource(url));
    else lines.push(text.emptyPrefix(url));
  }
  const code = command === 'verify' ? undefined : (end.failure?.code ?? mostFrequent(stats.codes));
  if (code !== undefined && !SELF_EVIDENT.has(code)) lines.push(text.code(code));
  if (goneFile !== undefined) lines.push(text.gone(goneFile));
  const absent = stats.gone + (stats.codes.ERR_NOT_FOUND ?? 0);
  // (Of URLs each failure says that there is nothing at it.)
  if (absent > 0 && absent === stats.settled && config.source.scheme !== LIST_OF_URLS.scheme)
    lines.push(text.noneThere(url));
  lines.push(...unservedAdvice(config, stats));
  if (isInterrupted) lines.push(interruptionOf(config));
  return lines;
}

/** An empty input usually means a pipe that failed; an empty listing, a SOURCE that is not what was meant. */
function isEmpty({ command, queue, limit }: Config, { stats, failure, isInterrupted }: RunEnd): boolean {
  if (command === 'verify' || queue !== undefined || failure !== undefined || isInterrupted || limit === 0)
    return false;
  return stats.settled === 0 && stats.excluded === 0;
}

/** When most failures have this code, the objects are hardly the cause. */
function unservedAdvice({ domain, variant }: Config, { codes, stored, gone, failed }: Stats): string[] {
  const unserved = codes.ERR_NOT_SERVED ?? 0;
  const asked = stored + gone + failed;
  if (unserved === 0 || 2 * unserved <= asked) return [];
  return [say.cli.advice.unserved({ server: domain, served: asked - unserved, asked, variant })];
}

function interruptionOf({ command, state, isDryRun }: Config): string {
  const text = say.cli.advice;
  if (command === 'verify') return text.comparedSoFar;
  if (command === 'list') return state === undefined ? text.listingIncomplete : text.goOnListing;
  return isDryRun ? text.dryRunIncomplete : text.goOn;
}

/** Their messages name all that there is to do. */
const SELF_EVIDENT: ReadonlySet<string> = new Set(['ERR_CONFIG', 'ERR_INTERNAL']);

/** The code that most failures have. */
function mostFrequent(codes: Readonly<Record<string, number>>): string | undefined {
  return Object.entries(codes).sort(([, one], [, other]) => other - one)[0]?.[0];
}
