/** Prints what the checks find, and says by its exit code whether something is wrong. */
import { toTransferError } from '../../errors.js';
import { jsonLine } from '../../events/reporters/json.js';
import { printable, type Reporter } from '../../events/reporters/reporter.js';
import type { Print } from '../../events/reporters/text.js';
import type { Check, Level } from '../../jobs/doctor/check.js';
import { examine } from '../../jobs/doctor/doctor.js';
import type { DoctorConfig, Program } from '../../jobs/doctor/doctor-options.js';
import { say } from '../../texts/say.js';
import { EXIT } from '../exit-codes.js';

interface DoctorIo {
  /** For errors. */
  reporter: Pick<Reporter, 'error'>;
  /** For the answer. */
  print: Print;
  program: Program;
  signal: AbortSignal;
  onStuck: () => void;
}

/** Returns the exit code. Never rejects. */
export async function tellHealth(config: DoctorConfig, { reporter, print, ...options }: DoctorIo): Promise<number> {
  const checks: Check[] = [];
  try {
    for await (const check of examine(config, options)) {
      checks.push(check);
      if (!config.isJson) print(printable(lineOf(check)));
    }
  } catch (error) {
    if (options.signal.aborted) return EXIT.interrupted;
    reporter.error(toTransferError(error));
    return EXIT.fatal;
  }
  const count = (level: Level) => checks.filter((check) => check.level === level).length;
  const counts = { ok: count('ok'), warnings: count('warning'), problems: count('problem') };
  const worst = counts.problems > 0 ? 'error' : counts.warnings > 0 ? 'warn' : 'info';
  print(config.isJson ? jsonLine('doctor', worst, { ...counts, checks }) : say.doctor.end(counts));
  return counts.problems > 0 ? EXIT.problems : EXIT.ok;
}

function lineOf({ level, message, advice }: Check): string {
  const { levels, line } = say.doctor;
  return line(levels[level], message, advice);
}
