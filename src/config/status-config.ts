/** Options of `status`: the place of the job. It contacts no server, so it needs no SOURCE and no credentials. */
import { resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import type { StatusConfig } from '../jobs/run-options.js';
import { say } from '../texts/say.js';
import { type ConfigInput, readValues } from './config.js';

/** A flag wins over the environment. Throws a ConfigError that names every problem. */
export function createStatusConfig(input: Omit<ConfigInput, 'command' | 'source'>): StatusConfig {
  const { options } = input;
  const problems = [...(input.problems ?? [])];
  const { to, state, json, watch } = readValues({ ...input, command: 'status' }, problems);
  // When the environment names one place and a flag names the other, the flag wins.
  const isToMeant = options.to !== undefined || options.state === undefined;
  const isStateMeant = options.state !== undefined || options.to === undefined;
  // Any folder of a job leads to the job. The first folder keeps it.
  const folder = isToMeant ? [to].flat()[0] : undefined;
  const file = isStateMeant ? state : undefined;
  if (folder !== undefined && file !== undefined) problems.push(say.config.oneOf(['--to', '--state']));
  if (folder === undefined && file === undefined && problems.length === 0) {
    problems.push(say.config.noJobFolder);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const place = folder === undefined ? { file: resolve(file!) } : { folder: resolve(folder) };
  return Object.freeze({ place, isWatch: watch ?? false, isJson: json ?? false });
}
