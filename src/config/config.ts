/** Raw flags and environment → one frozen Config, or every problem at once. */
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import type { CommandName, Config } from '../jobs/options.js';
import { connectionsOf } from '../jobs/plan/connections.js';
import { fileProblem, foldersProblems, missingFolders } from '../jobs/plan/destination.js';
import { openFilesLimit } from '../jobs/plan/open-files.js';
import { parseSource, SOURCE_FORMS } from '../sources/registry.js';
import type { SourceUrl } from '../sources/scheme.js';
import { type FileValues, readConfigFile } from './config-file.js';
import { readCredentials } from './credentials.js';
import { INSECURE, readNetwork } from './network.js';
import { envName, kebab, type OptionSpec } from './options/option-spec.js';
import { OPTIONS, type OptionName } from './options/options.js';
import type { ValueOf } from './options/values.js';
import { readQueue } from './queue-config.js';

/** The values from the command line: text, several texts, or true for a switch or a missing value. */
export type RawOptions = Partial<Record<OptionName, string | string[] | boolean>>;

type Values = { [Name in OptionName]?: ValueOf<(typeof OPTIONS)[Name]['read']> };

const REPEATABLE: ReadonlySet<OptionName> = new Set(['to', 'include', 'exclude']);

export interface ConfigInput {
  command: CommandName;
  /** The positional SOURCE of list and mirror. */
  source: string | undefined;
  options: RawOptions;
  env: NodeJS.ProcessEnv;
  /** Problems that the command-line parser found. */
  problems?: readonly string[];
}

/** Flag wins over environment, environment over default. Throws a ConfigError that names every problem. */
export function createConfig(input: ConfigInput): Config {
  const { command, env } = input;
  const problems = [...(input.problems ?? [])];
  const { config, profile } = readValues({ ...input, options: only(input.options, ['config', 'profile']) }, []);
  if (config === undefined && profile !== undefined) problems.push('--profile: give --config, too');
  const file = config === undefined ? {} : readConfigFile(config, profile, problems);
  const values = readValues({ ...input, file }, problems);
  const isInput = command === 'verify' && input.source === '-';
  // Sluice can compare lines from stdin with the disks without a server.
  const isSourceless = isInput && values.from === undefined;
  const inFile = typeof file.source === 'string' ? file.source : undefined;
  const named = isInput ? values.from : (input.source ?? values.from ?? env.SLUICE_SOURCE ?? inFile);
  const source = isSourceless ? NO_SOURCE : readSource(named, problems);
  if (isSourceless && values.to === undefined) problems.push('--to: missing; name the folder to compare with');
  const to = (values.to ?? [source.bucket]).map((folder) => resolve(folder));
  const isDryRun = values.dryRun ?? false;
  const failures = values.failures ?? (command === 'list' ? undefined : join(to[0]!, '.sluice', 'failures.ndjson'));
  if (command === 'verify') problems.push(...missingFolders(to, '--to'));
  else if (!isDryRun) {
    if (command !== 'list') problems.push(...foldersProblems(to, '--to'));
    const file = values.failures === undefined ? undefined : fileProblem(resolve(values.failures), '--failures');
    if (file !== undefined) problems.push(file);
  }

  const state = values.state === undefined ? undefined : fileProblem(resolve(values.state), '--state');
  if (state !== undefined) problems.push(state);
  if (values.restart && command === 'list' && values.state === undefined) problems.push('--restart: give --state, too');

  const isAsking = command === 'fetch' || (isInput && values.checksum === true && !isSourceless);
  const needsCredentials = isInput || isAsking ? isAsking && values.domain === undefined : true;
  const { credentials, problem, warnings } = readCredentials(values.credentials, env);
  if (problem !== undefined && (needsCredentials || values.credentials !== undefined)) problems.push(problem);

  const queueWarnings: string[] = [];
  const queue = readQueue(values, { source, env, problems, warnings: queueWarnings });
  if (queue !== undefined) problems.push(...aloneProblems(values));

  const network = readNetwork(values, { isFlag: input.options.insecure !== undefined, problems });

  const { concurrency = 'auto', listConcurrency = 'auto', maxConnections } = values;
  const isListing = command === 'list';
  const requested = { concurrency, listConcurrency, maxConnections, isListing, openFiles: openFilesLimit() };
  const connections = connectionsOf(requested, problems);

  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    command,
    source,
    credentials,
    endpoint: values.endpoint!,
    domain: values.domain,
    variant: values.variant,
    to,
    reserve: values.reserve,
    durability: values.durability ?? 'barrier',
    names: values.names ?? 'escape',
    failures: failures === undefined || isDryRun ? undefined : resolve(failures),
    include: values.include ?? [],
    exclude: values.exclude ?? [],
    limit: values.limit,
    connections,
    pageSize: values.pageSize!,
    retries: values.retries!,
    timeoutMs: values.timeout!,
    limits: { bytesPerSecond: values.bwlimit, objectsPerSecond: values.rate, listsPerSecond: values.listRate },
    stallMs: values.stall ?? Number.POSITIVE_INFINITY,
    bufferBytes: values.bufferSize ?? 0,
    isDryRun,
    isRestart: values.restart ?? false,
    manifest: values.manifest === undefined || isDryRun ? undefined : resolve(values.manifest),
    isChecksum: values.checksum ?? false,
    isExtra: values.extra ?? false,
    isAllowEmpty: values.allowEmpty ?? false,
    isInput,
    queue,
    state: values.state === undefined ? undefined : resolve(values.state),
    progressIntervalMs: values.progressInterval!,
    isJson: values.json ?? false,
    isQuiet: values.quiet ?? false,
    configFile: config,
    ...network,
    warnings: [...warnings, ...queueWarnings, ...(network.isInsecure ? [INSECURE] : [])],
  });
}

/** Reads the options of a command, each from its flag, the environment or its default. Adds to `problems`. */
export function readValues(
  { command, options, env, file = {} }: Omit<ConfigInput, 'source'> & { file?: FileValues },
  problems: string[],
): Values {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(OPTIONS) as [OptionName, OptionSpec][]) {
    if (!spec.commands.includes(command)) continue;
    const given = options[name];
    const variable = envName(name, spec);
    const raw = given ?? (env[variable] || undefined) ?? file[name] ?? spec.default;
    if (raw === undefined) continue;
    const label = labelOf(name, variable, { given, env, file });
    if (spec.value !== undefined && typeof raw === 'boolean') {
      problems.push(`${label}: a value is missing (${spec.value})`);
      continue;
    }
    if (Array.isArray(raw) && raw.length > 1 && !REPEATABLE.has(name)) {
      problems.push(`${label}: given ${raw.length} times, but it takes one value`);
      continue;
    }
    const written = Array.isArray(raw) && raw.length === 1 && !REPEATABLE.has(name) ? raw[0]! : raw;
    const reading = spec.read(typeof written === 'boolean' ? String(written) : written);
    if (reading.problem === undefined) values[name] = reading.value;
    else problems.push(`${label}: ${reading.problem}`);
  }
  return values as Values;
}

/** Options that make no sense, or cannot be guaranteed, when several machines share a job. */
function aloneProblems({ limit, restart, dryRun, state }: Values): string[] {
  return [
    limit === undefined ? '' : '--limit: not with --queue: it is not known which objects come first',
    restart ? '--restart: not with --queue; remove the job first: sluice remove --job NAME' : '',
    dryRun ? '--dry-run: not with --queue' : '',
    state === undefined ? '' : '--state: not with --queue, which remembers how far the listing is',
  ].filter(Boolean);
}

/** Names the place of a value, for a problem message. */
function labelOf(
  name: OptionName,
  variable: string,
  { given, env, file }: { given: unknown; env: NodeJS.ProcessEnv; file: FileValues },
): string {
  if (given !== undefined) return `--${kebab(name)}`;
  if (env[variable]) return variable;
  return file[name] === undefined ? `--${kebab(name)}` : `${kebab(name)} in the config file`;
}

function only(options: RawOptions, names: readonly string[]): RawOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

const NO_SOURCE: SourceUrl = { scheme: '', bucket: '', prefix: '' };

function readSource(text: string | undefined, problems: string[]): SourceUrl {
  const source =
    text === undefined ? `SOURCE is missing: give ${SOURCE_FORMS}, or set SLUICE_SOURCE` : parseSource(text);
  if (typeof source !== 'string') return source;
  problems.push(source);
  return NO_SOURCE;
}
