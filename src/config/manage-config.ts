/**
 * Options of the commands that show or change the contents of a queue. They contact no bucket, so they need no SOURCE.
 */
import { ConfigError } from '../errors.js';
import type { ManageConfig } from '../jobs/run-options.js';
import { envName } from '../model/options/option.js';
import { say } from '../texts/say.js';
import { type ConfigInput, readValues } from './config.js';
import { OPTIONS } from './options/common-options.js';
import { readAccess } from './queue-config.js';
import { isGiven } from './read-values.js';

/** Whether a `status` is about a queue. A flag for another place wins over the environment. */
export function isAboutQueue({ options, env }: Pick<ConfigInput, 'options' | 'env'>): boolean {
  if (options.queue !== undefined) return true;
  return env.SLUICE_QUEUE !== undefined && options.to === undefined && options.state === undefined;
}

/** A flag wins over the environment. Throws a ConfigError that names every problem. */
export function createManageConfig(input: Omit<ConfigInput, 'source'>): ManageConfig {
  const { command, options, env } = input;
  const problems = [...(input.problems ?? [])];
  if (options.queue !== undefined && (options.to !== undefined || options.state !== undefined))
    problems.push(say.config.oneOf(['--queue', '--to', '--state']));
  const warnings: string[] = [];
  const values = readValues(input, problems, warnings);
  const access = readAccess(values, { env, problems, warnings });
  if (access === undefined && problems.length === 0) problems.push(say.config.queue.noServer);
  const isMissing = (name: 'job' | 'worker') => !isGiven(name, input, envName(name, OPTIONS[name]));
  const needsJob = command === 'forget' || command === 'remove';
  if (needsJob && isMissing('job')) problems.push(say.config.queue.noJob);
  if (command === 'forget' && isMissing('worker')) problems.push(say.config.queue.noWorker);
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    access: access!,
    job: values.job,
    worker: values.worker,
    isYes: values.yes ?? false,
    isWatch: values.watch ?? false,
    isJson: values.json ?? false,
    warnings,
  });
}
