/** Options of `report`: which job, where the report goes, and in which form. It contacts no server but the queue. */
import { resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import { fileProblem } from '../jobs/plan/destination.js';
import { formOf } from '../jobs/report/place.js';
import type { ReportConfig } from '../jobs/run-options.js';
import { say } from '../texts/say.js';
import { type ConfigInput, readValues } from './config.js';
import { readAccess } from './queue-config.js';

/** For HTML without `-o`, in the working folder. */
const STANDARD_FILE = 'report.html';
/** Stdout. */
const STDOUT = '-';

/** A flag wins over the environment. Throws a ConfigError that names every problem. */
export function createReportConfig(input: Omit<ConfigInput, 'command' | 'source'>): ReportConfig {
  const { options, env } = input;
  const problems = [...(input.problems ?? [])];
  const warnings: string[] = [];
  const values = readValues({ ...input, command: 'report' }, problems, warnings);
  // A flag for another place wins over the environment.
  const isQueueMeant = options.queue !== undefined || options.to === undefined;
  const access = isQueueMeant ? readAccess(values, { env, problems, warnings }) : undefined;
  const folders = (values.to ?? []).map((folder) => resolve(folder));
  if (folders.length === 0 && access === undefined && problems.length === 0) problems.push(say.config.report.noPlace);
  const isJson = values.json ?? false;
  const file = values.output ?? (isJson ? STDOUT : STANDARD_FILE);
  const form = file === STDOUT ? (isJson ? 'json' : 'html') : formOf(file);
  if (form === undefined && !isJson) problems.push(`--output: ${say.config.report.ending(file)}`);
  if (isJson && form === 'html') problems.push(`--output: ${say.config.report.isHtml(file)}`);
  const path = file === STDOUT ? undefined : resolve(file);
  const wrong = path === undefined ? undefined : fileProblem(path, '--output');
  if (wrong !== undefined) problems.push(wrong);
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    folders,
    path,
    form: isJson ? 'json' : form!,
    isJson,
    shared: access && { access, job: values.job },
    warnings,
  });
}
