/**
 * Options of the commands that show or change the contents of a queue. They contact no bucket, so they need no SOURCE.
 */
import { ConfigError } from '../errors.js';
import type { ManageConfig } from '../jobs/run-options.js';
import { type ConfigInput, readValues } from './config.js';
import { readAccess } from './queue-config.js';

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
    problems.push('--queue, --to and --state: give one of them');
  const values = readValues(input, problems);
  const warnings: string[] = [];
  const access = readAccess(values, { env, problems, warnings });
  if (access === undefined && problems.length === 0)
    problems.push('--queue: missing; name the server: nats://HOST:PORT');
  const needsJob = command === 'forget' || command === 'remove';
  if (needsJob && values.job === undefined) problems.push('--job: missing; see: sluice jobs --queue URL');
  if (command === 'forget' && values.worker === undefined) {
    problems.push('--worker: missing; see: sluice status --queue URL --job NAME');
  }
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
