/** `--report` of a run. */
import { resolve } from 'node:path';
import { fileProblem } from '../jobs/plan/destination.js';
import { formOf, isInside } from '../jobs/report/place.js';
import type { ValuesOf } from '../model/options/option.js';
import { say } from '../texts/say.js';
import type { OPTIONS } from './options/common-options.js';

interface RunPlace {
  /** The folders of the copy. */
  readonly to: readonly string[];
  readonly isDryRun: boolean;
}

/** What is wrong with `--report` of a run. */
export function reportProblems({ report }: ValuesOf<typeof OPTIONS>, { to, isDryRun }: RunPlace): string[] {
  if (report === undefined) return [];
  const path = resolve(report);
  const folder = to.find((one) => isInside(path, one));
  return [
    isDryRun ? `--report: ${say.config.report.noDryRun}` : undefined,
    formOf(report) === undefined ? `--report: ${say.config.report.ending(report)}` : undefined,
    folder === undefined ? undefined : `--report: ${say.config.report.insideCopy(path, folder)}`,
    isDryRun ? undefined : fileProblem(path, '--report'),
  ].filter((problem) => problem !== undefined);
}
