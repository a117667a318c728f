/** The text renderer without progress: messages, the summary, and the advice. The other text renderers use it. */
import type { TransferError } from '../../errors.js';
import { snapshotLines } from '../gauges.js';
import type { SharedTotals, Summary } from '../stats.js';
import { formatBytes, formatCount, formatSeconds } from '../units.js';
import { printable, type Reporter, SHOWN_FAILURES } from './reporter.js';

export type Print = (line: string) => void;

/** `--quiet`: errors and failures only. */
export function createQuietReporter(print: Print): Reporter {
  let failures = 0;
  return {
    start() {},
    notice() {},
    failure(key, error, attempts) {
      failures++;
      if (failures > SHOWN_FAILURES) return;
      print(
        printable(
          `failed: ${key === '' ? '' : `${key}: `}${error.message} [${error.code}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}]`,
        ),
      );
      if (failures === SHOWN_FAILURES) print('more failures are not shown here; the failures file has them all');
    },
    error(error: TransferError) {
      print(printable(`sluice: ${error.message} [${error.code}]`));
    },
    snapshot(sections) {
      for (const line of snapshotLines(sections, new Date())) print(printable(line));
    },
    finish() {},
    stop() {},
  };
}

/** Adds messages and the summary. `print` must not overwrite a progress display. */
export function createTextReporter(print: Print): Reporter {
  return {
    ...createQuietReporter(print),
    notice: (_code, text) => print(printable(text)),
    finish(summary, advice) {
      for (const line of [...summaryLines(summary), ...advice]) print(printable(line));
    },
  };
}

function summaryLines(summary: Summary): string[] {
  const { excluded, wouldStore, wouldStoreBytes } = summary;
  return [
    ...mainLines(summary),
    wouldStore === undefined
      ? ''
      : `dry run: ${formatCount(wouldStore)} would be stored, ${formatBytes(wouldStoreBytes ?? 0)}`,
    excluded === undefined ? '' : `${formatCount(excluded)} more are left out by --include and --exclude`,
  ].filter(Boolean);
}

function mainLines(summary: Summary): string[] {
  if (summary.alike !== undefined) return comparisonLines(summary);
  return summary.listedBytes === undefined ? transferLines(summary) : listingLines(summary, summary.listedBytes);
}

function comparisonLines({ listed, alike = 0, different = 0, reasons = {}, bytes, seconds }: Summary): string[] {
  const byReason = Object.entries(reasons).map(([reason, count]) => `${formatCount(count)} ${reason}`);
  const read = bytes > 0 ? `${formatBytes(bytes)} read` : 'nothing was read';
  return [
    `${formatCount(listed)} compared = ${formatCount(alike)} alike + ${formatCount(different)} different` +
      (byReason.length > 0 ? ` (${byReason.join(', ')})` : ''),
    `${read} in ${formatSeconds(seconds)} (${formatCount(listed / Math.max(seconds, 0.001))} objects/s)`,
  ];
}

function transferLines({ listed, stored, skipped, gone, failed, bytes, seconds, runs = 1, job }: Summary): string[] {
  const perSecond = 1 / Math.max(seconds, 0.001);
  const pace = stored > 0 ? ` (${formatCount(stored * perSecond)} files/s, ${formatBytes(bytes * perSecond)}/s)` : '';
  const prefix = job === undefined ? '' : 'this machine: ';
  return [
    `${prefix}${formatCount(listed)} listed = ${formatCount(stored)} stored + ${formatCount(skipped)} skipped + ` +
      `${formatCount(gone)} gone + ${formatCount(failed)} failed`,
    ...(job === undefined ? [] : [sharedText(job)]),
    `${formatBytes(bytes)} in ${formatSeconds(seconds)}${pace}${runs > 1 ? `, ${formatCount(runs)} runs in all` : ''}`,
  ];
}

function sharedText({ name, listed, stored, skipped, gone, failed, bytes, isComplete }: SharedTotals): string {
  const stats =
    `${formatCount(listed)} listed = ${formatCount(stored)} stored + ${formatCount(skipped)} skipped + ` +
    `${formatCount(gone)} gone + ${formatCount(failed)} failed`;
  return `job ${name}, all machines: ${stats}; ${formatBytes(bytes)}; ${isComplete ? 'complete' : 'not complete'}`;
}

function listingLines({ listed, gone, failed, seconds }: Summary, listedBytes: number): string[] {
  const pace = `${formatCount(listed / Math.max(seconds, 0.001))}/s`;
  const missing = failed > 0 ? `, ${formatCount(failed)} could not be listed` : '';
  return [
    `${formatCount(listed - failed - gone)} objects, ${formatBytes(listedBytes)} in ${formatSeconds(seconds)} (${pace})${missing}`,
  ];
}
