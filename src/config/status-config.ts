/** Options of `status` and `dashboard`: the place of the job. They contact no server, so they need no SOURCE and no credentials. */
import { resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import type { DashboardConfig, JobFiles, StatusConfig } from '../jobs/run-options.js';
import { say } from '../texts/say.js';
import { type ConfigInput, readValues } from './config.js';
import { readWeb } from './web-config.js';

type Input = Omit<ConfigInput, 'command' | 'source'>;
type Values = ReturnType<typeof readValues>;

/** A flag wins over the environment. Throws a ConfigError that names every problem. */
export function createStatusConfig(input: Input): StatusConfig {
  const problems = [...(input.problems ?? [])];
  const values = readValues({ ...input, command: 'status' }, problems);
  const place = placeOf(values, input, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ place: place!, isWatch: values.watch ?? false, isJson: values.json ?? false });
}

/** The same for `dashboard`. */
export function createDashboardConfig(input: Input): DashboardConfig {
  const problems = [...(input.problems ?? [])];
  const warnings: string[] = [];
  const values = readValues({ ...input, command: 'dashboard' }, problems, warnings);
  const place = placeOf(values, input, problems);
  const web = readWeb({ ...values, dashboard: values.dashboard || true }, { env: input.env, problems, warnings });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ place: place!, web: web!, isJson: values.json ?? false, warnings });
}

/** Undefined where there is a problem. Adds to `problems`. */
function placeOf({ to, state }: Values, { options }: Input, problems: string[]): JobFiles | undefined {
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
  if (problems.length > 0) return undefined;
  return folder === undefined ? { file: resolve(file!) } : { folder: resolve(folder) };
}
