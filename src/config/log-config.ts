/** `--log-file` and `--log-rotate`. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileProblem, realPath } from '../jobs/plan/destination.js';
import type { LogFileConfig } from '../jobs/run-options.js';
import { kebab, type ValuesOf } from '../model/options/option.js';
import type { Scheme } from '../sources/scheme.js';
import { say } from '../texts/say.js';
import type { OPTIONS } from './options/common-options.js';
import { optionTable } from './options/table.js';
import type { RawOptions } from './read-values.js';

type Values = ValuesOf<typeof OPTIONS>;

/** Time between progress lines of a log, without `--progress-interval`: a person reads it later. */
export const LOG_INTERVAL_MS = 60_000;
/** The current file, and nine older ones. */
export const LOG_FILES = 10;

/** Undefined without `--log-file`. Behind a link the files lie beside its target. */
export function readLogFile({ logFile, logRotate, progressInterval }: Values): LogFileConfig | undefined {
  if (logFile === undefined) return undefined;
  return { path: realPath(resolve(logFile)), bytes: logRotate!, intervalMs: progressInterval ?? LOG_INTERVAL_MS };
}

interface Others {
  options: RawOptions;
  failures: string | undefined;
  /** The folders of the copy. */
  to: readonly string[];
  schemes: readonly Scheme[];
}

/** A log that cannot be written, or would take the place of another file of the job, of a copied one, or of one it reads. */
export function logFileProblems(values: Values, { options, failures, to, schemes }: Others): string[] {
  const path = resolve(values.logFile!);
  const problem = fileProblem(path, '--log-file') ?? kindProblem(path);
  const real = realPath(path);
  const older = Array.from({ length: LOG_FILES - 1 }, (_, index) => `${real}.${index + 1}`);
  const own = [real, `${real}.lock`, ...older].map(fileOf);
  const given: Readonly<Record<string, unknown>> = { ...options, ...values, failures };
  const files = Object.entries(optionTable(schemes)).filter(
    ([name, { value }]) => value === 'FILE' && name !== 'logFile',
  );
  const same = files.filter(([name]) => pathsOf(given[name]).some((file) => own.includes(fileOf(resolve(file)))));
  const folder = to.find((one) => `${real}/`.startsWith(`${realPath(one).replace(/\/$/, '')}/`));
  return [
    ...(problem === undefined ? [] : [problem]),
    ...same.map(([name]) => say.log.sameFile({ path, option: `--${kebab(name)}` })),
    ...(folder === undefined || same.length > 0 ? [] : [say.log.insideCopy({ path, folder })]),
  ];
}

/** A log that is no file cannot be rotated. Nothing is made beside it. */
function kindProblem(path: string): string | undefined {
  const isOther = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
  return isOther ? say.log.notOpened({ path, why: say.log.noFile }) : undefined;
}

/** Of an option as it was read, or as it was given. */
function pathsOf(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}

/** The same text for two names of one file. */
function fileOf(path: string): string {
  const real = realPath(path);
  try {
    const { dev, ino } = statSync(real);
    return `${dev}:${ino}`;
  } catch {
    return real;
  }
}
