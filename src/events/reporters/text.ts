/** The text renderer without progress: messages, the summary, and the advice. The other text renderers use it. */
import type { TransferError } from '../../errors.js';
import type { CheckCounts, CheckedBy } from '../../model/digest.js';
import { say } from '../../texts/say.js';
import { snapshotLines } from '../gauges.js';
import type { SharedTotals, Summary } from '../stats.js';
import { type Level, levelOf } from './levels.js';
import { printable, type Reporter, SHOWN_FAILURES } from './reporter.js';

/** Prints one line. A terminal does not show the level, a log does. */
export type Print = (line: string, level?: Level) => void;

/** One object that failed, as a line that is safe to print. */
export function failureText(key: string, error: TransferError, attempts: number): string {
  return printable(say.summary.failed({ key, why: error.message, code: error.code, attempts }));
}

/** `--quiet`: errors and failures only. `failuresFile`: the file that lists all failures, if there is one. */
export function createQuietReporter(print: Print, failuresFile?: string): Reporter {
  let failures = 0;
  return {
    start() {},
    state() {},
    notice() {},
    failure(key, error, attempts) {
      failures++;
      if (failures > SHOWN_FAILURES) return;
      print(failureText(key, error, attempts), 'error');
      if (failures === SHOWN_FAILURES)
        print(failuresFile === undefined ? say.summary.moreFailures : say.summary.moreFailuresFiled, 'warn');
    },
    error(error: TransferError) {
      print(printable(`sluice: ${error.message} [${error.code}]`), 'error');
    },
    snapshot(sections) {
      for (const line of snapshotLines(sections, new Date())) print(printable(line));
    },
    finish() {},
    stop() {},
  };
}

/** Adds messages and the summary. `print` must not overwrite a progress display. */
export function createTextReporter(print: Print, failuresFile?: string): Reporter {
  return {
    ...createQuietReporter(print, failuresFile),
    notice: (code, text, about) => print(printable(text), levelOf(code, about)),
    finish(summary, advice) {
      const level = summary.failed > 0 ? 'warn' : 'info';
      for (const line of summaryLines(summary)) print(printable(line), level);
      for (const line of advice) print(printable(line));
    },
  };
}

function summaryLines(summary: Summary): string[] {
  const { excluded } = summary;
  const lines = [
    ...mainLines(summary),
    excluded === undefined ? '' : say.summary.excluded(excluded),
    troubleLine(summary),
  ];
  return lines.filter(Boolean);
}

function mainLines(summary: Summary): string[] {
  if (summary.alike !== undefined) return comparisonLines(summary);
  if (summary.isDryRun) return [dryRunLine(summary), ...archivedLines(summary)];
  return summary.listedBytes === undefined ? transferLines(summary) : [listingLine(summary, summary.listedBytes)];
}

/** Only what a run would do: nothing was stored, so nothing is called stored. */
function dryRunLine(summary: Summary): string {
  const { listed, skipped, gone, failed, seconds } = summary;
  const { wouldStore = 0, wouldStoreBytes: bytes = 0, wouldStoreUnsized: unsized = 0 } = summary;
  const present = skipped - wouldStore;
  return say.jobs.dryRunSummary({ listed, wouldStore, bytes, unsized, present, gone, failed, seconds });
}

/** Known before a request, so that they can be restored before a run. */
function archivedLines({ archived, archivedBytes = 0 }: Summary): string[] {
  return archived === undefined ? [] : [say.jobs.archived(Object.entries(archived), archivedBytes)];
}

function comparisonLines({ listed, alike = 0, different = 0, reasons = {}, bytes, seconds, checkedBy }: Summary) {
  return [
    say.summary.compared({ listed, alike, different }, Object.entries(reasons)),
    say.summary.read({ bytes, seconds, perSecond: listed / Math.max(seconds, 0.001) }),
    checkedBy === undefined ? '' : say.summary.comparedBy(checksText(checkedBy, 0)),
  ];
}

function transferLines({ job, bytes, seconds, runs = 1, ...counts }: Summary): string[] {
  const pace = say.summary.pace({ bytes, seconds, files: counts.stored, runs });
  const own = say.summary.counts(counts);
  const checks = checksText(counts.checkedBy, counts.stored);
  const checked = checks === '' ? [] : [say.summary.checkedBy(checks)];
  return job === undefined
    ? [own, pace, ...checked]
    : [say.summary.thisMachine(own), sharedText(job), pace, ...checked];
}

/** '' where nothing is known of it. The digest that most were checked by comes first, what is weaker than a digest last. */
export function checksText(checkedBy: CheckCounts | undefined, stored: number): string {
  if (checkedBy === undefined) return '';
  const { notRecorded: _rest, ...recorded } = checkedBy;
  const counts = Object.entries(recorded) as [CheckedBy, number][];
  if (counts.length === 0) return '';
  counts.sort(([kind, count], [other, others]) => weakness(kind) - weakness(other) || others - count);
  const known = counts.reduce((sum, [, count]) => sum + count, 0);
  return say.summary.checks(Object.fromEntries(counts), Math.max(0, stored - known));
}

function weakness(kind: CheckedBy): number {
  return kind === 'none' ? 2 : kind === 'size' ? 1 : 0;
}

function sharedText({ name, bytes, isComplete, ...counts }: SharedTotals): string {
  return say.summary.allMachines(name, say.summary.counts(counts), { bytes, isComplete });
}

function listingLine({ listed, gone, failed, seconds }: Summary, bytes: number): string {
  const perSecond = listed / Math.max(seconds, 0.001);
  return say.summary.listing({ objects: listed - failed - gone, bytes, seconds, perSecond, failed });
}

/** What cost time on the way. '' = nothing did. */
function troubleLine({
  retries = 0,
  throttledSeconds = 0,
  outages = 0,
  outageSeconds = 0,
  hostOutages = 0,
}: Summary): string {
  const parts = [
    retries > 0 ? say.summary.retries(retries) : '',
    throttledSeconds > 0 ? say.summary.throttled(throttledSeconds) : '',
    outages > 0 ? say.summary.outages(outages, outageSeconds) : '',
    hostOutages > 0 ? say.summary.hostOutages(hostOutages) : '',
  ];
  return parts.filter(Boolean).join(' · ');
}
