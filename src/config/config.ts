/** Raw flags and environment → one frozen Config, or every problem at once. */
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import { connectionsOf } from '../jobs/plan/connections.js';
import { fileProblem, foldersProblems, missingFolders } from '../jobs/plan/destination.js';
import { openFilesLimit } from '../jobs/plan/open-files.js';
import { type Config, HOSTS } from '../jobs/run-options.js';
import { type CommandName, kebab, type ValuesOf } from '../model/options/option.js';
import { LIST_OF_URLS, SCHEMES } from '../sources/registry.js';
import type { Scheme, SourceFacts } from '../sources/scheme.js';
import { say } from '../texts/say.js';
import { readAlerts } from './alert-config.js';
import { type FileValues, readConfigFile } from './config-file.js';
import { LOG_INTERVAL_MS, logFileProblems, readLogFile } from './log-config.js';
import { type Network, readNetwork } from './network.js';
import { OPTIONS } from './options/common-options.js';
import { readQueue } from './queue-config.js';
import { isGiven, type RawOptions, readTable, type ValuesInput } from './read-values.js';
import { reportProblems } from './report-file.js';
import { readSource, readSourceOptions } from './source-config.js';
import { readWeb } from './web-config.js';

/** Without `--progress-interval`: a program follows the run. */
const JSON_INTERVAL_MS = 5_000;

/** Options that only a list of URLs has. */
const OF_URLS = ['untrusted', 'perHost', 'maxHosts', 'hostWait'] as const;

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
  const { config, file } = readFileOf(input, problems);
  const wrong: string[] = [];
  const warnings: string[] = [];
  const values = readValues({ ...input, ...(file && { file }) }, wrong, warnings);
  // What else is missing could be in the file that cannot be used.
  if (file === undefined) throw new ConfigError([...problems, ...wrong]);
  const isInput = command === 'verify' && input.source === '-';
  // Sluice can compare lines from stdin with the disks without a server.
  const isSourceless = isInput && values.from === undefined;
  const inFile = typeof file.source === 'string' ? file.source : undefined;
  const named = isInput ? values.from : (input.source ?? values.from ?? env.SLUICE_SOURCE ?? inFile);
  const given = { ...input, file };
  // A --from that is wrong is not missing.
  const isNeeded = !isSourceless && (named !== undefined || !isGiven('from', given, 'SLUICE_SOURCE'));
  const { source, scheme } = readSource({ named, schemes }, { command, isNeeded, problems });
  problems.push(...wrong);
  const isToGiven = isGiven('to', given, 'SLUICE_TO');
  if (isSourceless && !isToGiven) problems.push(say.config.noComparedFolder);
  const isUrlList = source === LIST_OF_URLS;
  if (isUrlList && !isToGiven) problems.push(say.urls.noFolderToStore);
  const to = (values.to ?? [source.bucket]).map((folder) => resolve(folder));
  const isDryRun = values.dryRun ?? false;
  const failures = values.failures ?? (command === 'list' ? undefined : join(to[0]!, '.sluice', 'failures.ndjson'));
  // Where --to is wrong, and where SOURCE gives no default, there is no folder to look at.
  const isPlaceKnown = values.to !== undefined || (!isToGiven && source.bucket !== '');
  if (command === 'verify') problems.push(...(isPlaceKnown ? missingFolders(to, '--to') : []));
  else if (!isDryRun) {
    if (command !== 'list' && isPlaceKnown) problems.push(...foldersProblems(to, '--to'));
    const file = values.failures === undefined ? undefined : fileProblem(resolve(values.failures), '--failures');
    if (file !== undefined) problems.push(file);
  }

  if (values.logFile !== undefined)
    problems.push(...logFileProblems(values, { ...input, failures, to: command === 'list' ? [] : to, schemes }));
  const state = values.state === undefined ? undefined : fileProblem(resolve(values.state), '--state');
  if (state !== undefined) problems.push(state);
  if (values.restart && command === 'list' && !isGiven('state', given, 'SLUICE_STATE'))
    problems.push(say.config.restartAlone);

  const asked = {
    lists: command !== 'fetch' && !isInput,
    objects: command === 'fetch' || (isInput && values.checksum === true && !isSourceless),
  };
  const sourceInput = { ...input, env, file, named, schemes };
  const { sourceOptions, credentials, facts } = readSourceOptions(scheme, sourceInput, { asked, problems, warnings });

  const jobName = source.bucket === '' ? undefined : scheme.jobName(source);
  const isQueueGiven = isGiven('queue', given, 'SLUICE_QUEUE');
  const queue = readQueue(values, { jobName, isQueueGiven, env, problems, warnings });
  if (queue !== undefined) problems.push(...aloneProblems(values));
  if (isUrlList && isQueueGiven) problems.push(say.urls.noQueue);
  if (command === 'list')
    problems.push(...urlsProblems(values.urls === true, { isShared: queue !== undefined, scheme, given, facts }));

  const network = readNetwork(
    { ...values, origins: facts.origins },
    { isFlag: input.options.insecure !== undefined, problems },
  );

  if (isUrlList && values.untrusted && isProxied(network)) problems.push(say.urls.untrustedProxy);
  // In a variable or a file, which serve several commands, they mean nothing here.
  if (!isUrlList)
    for (const name of OF_URLS) if (input.options[name]) problems.push(say.urls.alone(`--${kebab(name)}`));

  const { concurrency = 'auto', listConcurrency = 'auto', maxConnections } = values;
  const isListing = command === 'list';
  const requested = { concurrency, listConcurrency, maxConnections, isListing, openFiles: openFilesLimit() };
  const connections = connectionsOf(requested, problems);

  const isArgument = input.options.webhook !== undefined;
  problems.push(...reportProblems(values, { to, isDryRun }));
  const alerts = readAlerts(values, { env, isArgument, problems, warnings });
  const web = readWeb(values, { env, problems, warnings });

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
    hosts: {
      requests: values.perHost ?? HOSTS.requests,
      max: values.maxHosts ?? HOSTS.max,
      waitMs: values.hostWait ?? Number.POSITIVE_INFINITY,
    },
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
    isUrls: values.urls ?? false,
    queue,
    state: values.state === undefined ? undefined : resolve(values.state),
    progressIntervalMs: values.progressInterval ?? (values.json ? JSON_INTERVAL_MS : LOG_INTERVAL_MS),
    logFile: readLogFile(values),
    alerts,
    web,
    report: values.report === undefined ? undefined : resolve(values.report),
    isJson: values.json ?? false,
    isQuiet: values.quiet ?? false,
    isUntrusted: isUrlList && (values.untrusted ?? false),
    configFile: config,
    ...network,
    warnings: [...warnings, ...(network.isInsecure ? [say.config.insecure] : [])],
  });
}

/** Then it is the proxy that connects, so nothing is known of the address. */
function isProxied({ proxyFor }: Network): boolean {
  return ['http://host.invalid', 'https://host.invalid'].some((origin) => proxyFor(origin) !== undefined);
}

/** Reads the config file, if the user gives one. `file` is undefined when it cannot be used. Adds to `problems`. */
export function readFileOf(input: Omit<ConfigInput, 'source'>, problems: string[]) {
  const { schemes = SCHEMES } = input;
  const { config, profile } = readValues({ ...input, options: only(input.options, ['config', 'profile']) }, []);
  if (!isGiven('config', input, 'SLUICE_CONFIG') && profile !== undefined) problems.push(say.config.file.profileAlone);
  const file: FileValues | undefined =
    config === undefined ? {} : readConfigFile(config, { profile, problems, schemes });
  return { config, file };
}

/** Reads the common options of a command. Adds to `problems` and `warnings`. */
export function readValues(input: ValuesInput, problems: string[], warnings: string[] = []): Values {
  return readTable(OPTIONS, input, problems, warnings);
}

/** Options that make no sense, or cannot be guaranteed, when several machines share a job. */
function aloneProblems({ limit, restart, dryRun, state }: Values): string[] {
  return [
    limit === undefined ? '' : say.config.queue.noLimit,
    restart ? say.config.queue.noRestart : '',
    dryRun ? say.config.queue.noDryRun : '',
    state === undefined ? '' : say.config.queue.noState,
  ].filter(Boolean);
}

interface UrlsInput {
  readonly isShared: boolean;
  readonly scheme: Scheme;
  readonly given: Parameters<typeof isGiven>[1];
  readonly facts: SourceFacts;
}

/** For `list`: what is about URLs is only with --urls. (In the environment and the config file it may be for other commands.) */
function urlsProblems(isUrls: boolean, { isShared, scheme, given, facts }: UrlsInput): string[] {
  if (!isUrls) {
    const names = Object.keys(scheme.options).filter((name) => scheme.options[name]!.isOfUrls);
    const flags = names.filter((name) => given.options[name] !== undefined);
    return flags.map((name) => say.config.urlsAlone(`--${kebab(name)}`));
  }
  const problems = [facts.urlsProblem, isShared ? say.config.urlsShared : undefined];
  return problems.filter((problem) => problem !== undefined);
}

function only(options: RawOptions, names: readonly string[]): RawOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}
