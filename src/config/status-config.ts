/** What `status` needs to know: where the job is kept. It asks no server, so there is no SOURCE and no credentials. */
import { resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import type { StatusConfig } from '../jobs/options.js';
import { type ConfigInput, readValues } from './config.js';

/** Flag over environment. Throws a ConfigError that names every problem. */
export function createStatusConfig(input: Omit<ConfigInput, 'command' | 'source'>): StatusConfig {
  const { options } = input;
  const problems = [...(input.problems ?? [])];
  const { to, state, json } = readValues({ ...input, command: 'status' }, problems);
  // A flag says which of the two is meant when the environment names the other.
  const isToMeant = options.to !== undefined || options.state === undefined;
  const isStateMeant = options.state !== undefined || options.to === undefined;
  // Of several folders any leads to the job; the first one keeps it.
  const folder = isToMeant ? [to].flat()[0] : undefined;
  const file = isStateMeant ? state : undefined;
  if (folder !== undefined && file !== undefined) problems.push('--to and --state: give one of them');
  if (folder === undefined && file === undefined && problems.length === 0) {
    problems.push('--to: missing; name the folder that the job stores into, or give --state FILE of a list');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const place = folder === undefined ? { file: resolve(file!) } : { folder: resolve(folder) };
  return Object.freeze({ place, isJson: json ?? false });
}
