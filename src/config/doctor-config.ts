/** Options of `doctor`: those of a copy, as far as something can be checked about them. */
import { resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import type { DoctorConfig, DoctorSource } from '../jobs/doctor/doctor-options.js';
import { connectionsOf } from '../jobs/plan/connections.js';
import { openFilesLimit } from '../jobs/plan/open-files.js';
import { kebab } from '../model/options/option.js';
import { SCHEMES } from '../sources/registry.js';
import { say } from '../texts/say.js';
import { type ConfigInput, readFileOf, readValues } from './config.js';
import { readNetwork } from './network.js';
import { readAccess } from './queue-config.js';
import { readSource, readSourceOptions, type SourceInput } from './source-config.js';

type Values = ReturnType<typeof readValues>;

/**
 * Flag wins over environment, environment over default. Without SOURCE and without --to there is less to check. Throws a
 * ConfigError that names every problem.
 */
export function createDoctorConfig(given: Omit<ConfigInput, 'command'>): DoctorConfig {
  const input = { ...given, command: 'doctor' as const };
  const { env, options, schemes = SCHEMES } = input;
  const problems = [...(input.problems ?? [])];
  const warnings: string[] = [];
  const { file } = readFileOf(input, problems);
  const values = readValues({ ...input, ...(file && { file }) }, problems, warnings);
  if (file === undefined) throw new ConfigError(problems);
  const inFile = typeof file.source === 'string' ? file.source : undefined;
  const named = input.source ?? (env.SLUICE_SOURCE || undefined) ?? inFile;
  const place = { isInsecureFlag: options.insecure !== undefined, problems, warnings };
  const source = named === undefined ? undefined : sourceOf(values, { ...input, file, named, schemes }, place);
  if (named === undefined) {
    const owned = Object.keys(options).filter(
      (name) => options[name] !== undefined && schemes.some((scheme) => Object.hasOwn(scheme.options, name)),
    );
    problems.push(...owned.map((name) => say.doctor.needsSource(`--${kebab(name)}`)));
  }
  const queue = readAccess(values, { env, problems, warnings });
  const { concurrency = 'auto', listConcurrency = 'auto', maxConnections } = values;
  const requested = { concurrency, listConcurrency, maxConnections };
  const connections = connectionsOf({ ...requested, openFiles: openFilesLimit() }, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    source,
    to: (values.to ?? []).map((folder) => resolve(folder)),
    reserve: values.reserve,
    timeoutMs: values.timeout!,
    connections,
    connectionsWished: connectionsOf(requested, []).total,
    bufferBytes: values.bufferSize!,
    queue,
    isJson: values.json ?? false,
    warnings,
  });
}

interface Place {
  /** `--insecure` is on the command line. */
  readonly isInsecureFlag: boolean;
  readonly problems: string[];
  readonly warnings: string[];
}

/** Missing credentials are a finding of the doctor, not a wrong usage. */
function sourceOf(values: Values, input: SourceInput, { isInsecureFlag, problems, warnings }: Place): DoctorSource {
  const { source, scheme } = readSource(input, { isNeeded: true, problems });
  const notNeeded = { lists: false, objects: false };
  const { sourceOptions, credentials, facts } = readSourceOptions(scheme, input, {
    asked: notNeeded,
    problems,
    warnings,
  });
  const isNeeded = credentials === undefined;
  const missing = isNeeded ? scheme.credentials({ values: sourceOptions, env: input.env, isNeeded }).problems : [];
  const network = readNetwork({ ...values, origins: facts.origins }, { isFlag: isInsecureFlag, problems });
  return {
    url: source,
    scheme,
    sourceOptions,
    credentials,
    credentialProblems: missing,
    facts,
    pageSize: values.pageSize!,
    ...network,
  };
}
