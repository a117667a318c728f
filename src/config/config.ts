/** Raw flags and environment → one frozen Config, or every problem at once. */
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import { connectionsOf } from '../jobs/plan/connections.js';
import { fileProblem, foldersProblems, missingFolders } from '../jobs/plan/destination.js';
import { openFilesLimit } from '../jobs/plan/open-files.js';
import type { Config } from '../jobs/run-options.js';
import type { CommandName, ValuesOf } from '../model/options/option.js';
import { SCHEMES } from '../sources/registry.js';
import type { Scheme } from '../sources/scheme.js';
import { readConfigFile } from './config-file.js';
import { INSECURE, readNetwork } from './network.js';
import { OPTIONS } from './options/common-options.js';
import { readQueue } from './queue-config.js';
import { type RawOptions, readTable, type ValuesInput } from './read-values.js';
import { readSource, readSourceOptions } from './source-config.js';

type Values = ValuesOf<typeof OPTIONS>;

export interface ConfigInput {
  command: CommandName;
  /** The positional SOURCE of list and mirror. */
  source: string | undefined;
  options: RawOptions;
  env: NodeJS.ProcessEnv;
  /** Problems that the command-line parser found. */
  problems?: readonly string[];
  /** @default all that Sluice knows */
  schemes?: readonly Scheme[];
}

/** Flag wins over environment, environment over default. Throws a ConfigError that names every problem. */
export function createConfig(input: ConfigInput): Config {
  const { command, env, schemes = SCHEMES } = input;
  const problems = [...(input.problems ?? [])];
  const { config, profile } = readValues({ ...input, options: only(input.options, ['config', 'profile']) }, []);
  if (config === undefined && profile !== undefined) problems.push('--profile: give --config, too');
  const file = config === undefined ? {} : readConfigFile(config, { profile, problems, schemes });
  const values = readValues({ ...input, file }, problems);
  const isInput = command === 'verify' && input.source === '-';
  // Sluice can compare lines from stdin with the disks without a server.
  const isSourceless = isInput && values.from === undefined;
  const inFile = typeof file.source === 'string' ? file.source : undefined;
  const named = isInput ? values.from : (input.source ?? values.from ?? env.SLUICE_SOURCE ?? inFile);
  const { source, scheme } = readSource({ named, schemes }, { isNeeded: !isSourceless, problems });
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

  const warnings: string[] = [];
  const asked = {
    lists: command !== 'fetch' && !isInput,
    objects: command === 'fetch' || (isInput && values.checksum === true && !isSourceless),
  };
  const sourceInput = { ...input, env, file, named, schemes };
  const { sourceOptions, credentials, facts } = readSourceOptions(scheme, sourceInput, { asked, problems, warnings });

  const jobName = source.bucket === '' ? undefined : scheme.jobName(source);
  const queue = readQueue(values, { jobName, env, problems, warnings });
  if (queue !== undefined) problems.push(...aloneProblems(values));

  const network = readNetwork(
    { ...values, origins: facts.origins },
    { isFlag: input.options.insecure !== undefined, problems },
  );

  const { concurrency = 'auto', listConcurrency = 'auto', maxConnections } = values;
  const isListing = command === 'list';
  const requested = { concurrency, listConcurrency, maxConnections, isListing, openFiles: openFilesLimit() };
  const connections = connectionsOf(requested, problems);

  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    command,
    source,
    scheme,
    sourceOptions,
    credentials,
    domain: facts.domain,
    variant: facts.variant,
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
    warnings: [...warnings, ...(network.isInsecure ? [INSECURE] : [])],
  });
}

/** Reads the common options of a command. Adds to `problems`. */
export function readValues(input: ValuesInput, problems: string[]): Values {
  return readTable(OPTIONS, input, problems);
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

function only(options: RawOptions, names: readonly string[]): RawOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}
