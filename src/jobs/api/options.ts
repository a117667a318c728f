/** The options of the library: plain objects with the same defaults as the command line. */
import { resolve } from 'node:path';
import { ConfigError } from '../../errors.js';
import { proxyFor } from '../../http/proxies.js';
import type { NameMode } from '../../model/names/names.js';
import type { CommandName } from '../../model/options/option.js';
import { sinkProblems } from '../../sinks/own-sink.js';
import type { Sink } from '../../sinks/sink.js';
import { sourceProblems } from '../../sources/own-source.js';
import {
  foreignOptions,
  LIST_OF_URLS,
  parseSource,
  SCHEMES,
  type SchemeSettings,
  schemeOf,
  URL_LIST,
} from '../../sources/registry.js';
import type { Scheme, SourceUrl } from '../../sources/scheme.js';
import type { Source } from '../../sources/source.js';
import { say } from '../../texts/say.js';
import { connectionsOf } from '../plan/connections.js';
import { foldersProblems, missingFolders } from '../plan/destination.js';
import { openFilesLimit } from '../plan/open-files.js';
import { type Config, HOSTS } from '../run-options.js';
import { optionProblems } from './check-options.js';

/** How Sluice sends requests to a source. */
export interface SourceOptions extends SchemeSettings {
  /** PEM certificates to trust in addition to the system's certificates. @default none */
  ca?: string;
  /** The URL of the proxy for an origin, or undefined. @default from HTTP_PROXY, HTTPS_PROXY and NO_PROXY */
  proxyFor?: (origin: string) => string | undefined;
  /** Objects downloaded at once. @default 'auto': more as long as throughput grows */
  concurrency?: number | 'auto';
  /** Folders listed at once. @default 'auto' */
  listConcurrency?: number | 'auto';
  /** Connections at once, listings and downloads together. @default 256, or less by the limit of open files */
  maxConnections?: number;
  /** For a source of many servers: requests at once to one of them. @default 16 */
  perHost?: number;
  /** For a source of many servers: how many of them have open connections at once. @default 64 */
  maxHosts?: number;
  /** For a source of many servers: how long one may not answer, while others do. Then its objects fail. @default 120000 */
  hostWaitMs?: number;
  /** Rows that one listing request asks for. @default 10000 */
  pageSize?: number;
  /** Retries for each object and each page. @default 5 */
  retries?: number;
  /** An attempt fails after this time without an answer or a byte. @default 60000 */
  timeoutMs?: number;
  /** Maximum of listing requests per second. @default no limit */
  listsPerSecond?: number;
  /** The job ends when nothing moves for three times this long. @default 120000 */
  stallMs?: number;
}

export interface SelectOptions {
  /** Only keys that match one of these globs. @default all keys */
  include?: readonly string[];
  /** No keys that match one of these globs. `exclude` wins over `include`. @default none */
  exclude?: readonly string[];
  /** Only the first N objects. @default all */
  limit?: number;
}

export interface JobOptions extends SourceOptions, SelectOptions {
  /** When it aborts, the job ends at once and the promise rejects with its reason. Stored objects stay. @default none */
  signal?: AbortSignal;
}

export interface StoreOptions extends JobOptions {
  /** Maximum of object bytes per second. @default no limit */
  bytesPerSecond?: number;
  /** Maximum of object requests per second. @default no limit */
  objectsPerSecond?: number;
  /** Bytes of memory for bodies that wait for the disk. @default 67108864 */
  bufferBytes?: number;
  /** Space that Sluice keeps free on each disk. @default the smaller of 1 GiB and 1 % */
  reserve?: { bytes: number } | { share: number };
  /** What survives a power cut: everything recorded as done, each file, or nothing for sure. @default 'barrier' */
  durability?: 'barrier' | 'file' | 'none';
  /** A key that is not a valid path is stored under another name (a Sink gets it as it is), or fails. @default 'escape' */
  names?: NameMode;
  /** File that lists the failures. @default DIR/.sluice/failures.ndjson; none with a Sink of one's own */
  failures?: string;
  /** Sluice appends one line to this file for each stored object. @default none */
  manifest?: string;
  /** Start a new job instead of resuming the job in the folder. @default false */
  isRestart?: boolean;
}

export interface UrlOptions extends Omit<StoreOptions, keyof SchemeSettings> {
  /** For URLs that others have chosen: asks only hosts with a public address. Not through a proxy. @default false */
  isUntrusted?: boolean;
}

export interface VerifyOptions extends JobOptions {
  /** How the files were stored, as for {@link StoreOptions.names}. @default 'escape' */
  names?: NameMode;
  /** Also read the files and compare their MD5. @default false */
  isChecksum?: boolean;
  /** Also find local files that the source does not have. @default false */
  isExtra?: boolean;
}

export type AnyOptions = StoreOptions & VerifyOptions & UrlOptions;

const NO_SOURCE: SourceUrl = { scheme: '', bucket: '', prefix: '' };

/** Stands for the SOURCE when the caller gives its own Source. */
const OWN_SOURCE: SourceUrl = { scheme: '', bucket: 'source', prefix: '' };

interface ConfigParts {
  from: string | Source;
  to?: string | readonly string[] | Sink;
  options: AnyOptions;
  /** @default all that Sluice knows */
  schemes?: readonly Scheme[];
}

/** Checks the options and adds the defaults. Throws a ConfigError that names every problem. */
export function configOf(command: CommandName, { from, to = [], options, schemes = SCHEMES }: ConfigParts): Config {
  const problems: string[] = [];
  const isUrlList = from === URL_LIST.form && command === 'fetch';
  const named = typeof from === 'string' ? parseSource(from, schemes) : OWN_SOURCE;
  const parsed = isUrlList ? LIST_OF_URLS : named;
  const scheme = isUrlList ? URL_LIST : (typeof from === 'string' && schemeOf(from, schemes)) || schemes[0]!;
  if (options.isUntrusted && !isUrlList) problems.push(say.jobs.api.about('isUntrusted', say.jobs.api.onlyUrls));
  if (typeof parsed === 'string') problems.push(parsed);
  const sink = sinkOf(to);
  const given = sink === undefined ? [to as string | string[]].flat() : [];
  const folders = given.filter((root) => typeof root === 'string' && root !== '');
  const roots = folders.map((root) => resolve(root));
  if (folders.length < given.length) problems.push(say.jobs.api.foldersOrSink);
  if (sink !== undefined) problems.push(...sinkProblems(sink), ...stateProblems(options));
  else if (command !== 'list' && given.length === 0) problems.push(say.jobs.api.noFolder);
  if (command === 'mirror' || command === 'fetch') problems.push(...foldersProblems(roots, 'to'));
  if (command === 'verify') problems.push(...missingFolders(roots, 'to'));
  const foreign =
    typeof parsed === 'string' ? [] : foreignOptions({ ...options, credentials: undefined }, scheme, schemes);
  for (const { name, owners } of foreign) problems.push(say.jobs.api.foreign(name, owners, scheme.name));
  if (typeof from !== 'string') problems.push(...sourceProblems(from));
  const wrong = optionProblems(options, scheme).filter(({ name }) => !foreign.some((one) => one.name === name));
  problems.push(...wrong.map(({ problem }) => problem));
  // The scheme works with its own options only where they are right.
  if (wrong.some(({ name }) => Object.hasOwn(scheme.options, name))) throw new ConfigError(problems);
  const sourceOptions = settingsOf(scheme, options);
  const facts = scheme.facts(sourceOptions);
  const asked = { lists: command !== 'fetch', objects: command === 'fetch' };
  const isAnswered = options.credentials !== undefined || !scheme.needsCredentials(sourceOptions, asked);
  if (typeof from === 'string' && !isAnswered) problems.push(say.jobs.api.noCredentials);
  const { concurrency = 'auto', listConcurrency = 'auto', maxConnections } = options;
  const requested = { concurrency, listConcurrency, maxConnections, isListing: command === 'list' };
  const connections = connectionsOf({ ...requested, openFiles: openFilesLimit() }, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const bytesPerSecond =
    options.bytesPerSecond === undefined ? undefined : [{ minuteOfWeek: 0, perSecond: options.bytesPerSecond }];
  const failures = options.failures ?? (roots[0] && resolve(roots[0], '.sluice/failures.ndjson'));
  return Object.freeze({
    command,
    source: typeof parsed === 'string' ? NO_SOURCE : parsed,
    scheme,
    sourceOptions,
    credentials: options.credentials,
    domain: facts.domain,
    variant: facts.variant,
    to: roots,
    reserve: options.reserve,
    durability: options.durability ?? 'barrier',
    names: options.names ?? 'escape',
    failures: command === 'mirror' || command === 'fetch' ? failures && resolve(failures) : undefined,
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    limit: options.limit,
    connections,
    hosts: {
      requests: options.perHost ?? HOSTS.requests,
      max: options.maxHosts ?? HOSTS.max,
      waitMs: options.hostWaitMs ?? HOSTS.waitMs,
    },
    pageSize: options.pageSize ?? 10_000,
    retries: options.retries ?? 5,
    timeoutMs: options.timeoutMs ?? 60_000,
    limits: {
      bytesPerSecond,
      objectsPerSecond: options.objectsPerSecond,
      listsPerSecond: options.listsPerSecond,
    },
    stallMs: options.stallMs ?? 120_000,
    bufferBytes: options.bufferBytes ?? 64 * 1024 * 1024,
    isDryRun: false,
    isRestart: options.isRestart ?? false,
    manifest: options.manifest === undefined ? undefined : resolve(options.manifest),
    isChecksum: options.isChecksum ?? false,
    isExtra: options.isExtra ?? false,
    isAllowEmpty: false,
    isInput: false,
    isUrls: false,
    queue: undefined,
    state: undefined,
    progressIntervalMs: 1_000,
    logFile: undefined,
    isJson: false,
    isQuiet: false,
    proxyFor: options.proxyFor ?? proxyFor,
    ca: options.ca,
    isInsecure: false,
    isUntrusted: options.isUntrusted ?? false,
    configFile: undefined,
    warnings: [],
  });
}

/** What a program gives by the names of the scheme's options. Instead of a file of credentials it gives the credentials. */
function settingsOf({ options: table }: Scheme, given: AnyOptions): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) {
    if (name === 'credentials') continue;
    const value = given[name as keyof AnyOptions] ?? spec.default;
    // The scheme reads texts as it does on the command line. (Problems are found before.)
    const reading = typeof value === 'string' ? spec.read(value) : { value };
    if (reading.problem === undefined && reading.value !== undefined) values[name] = reading.value;
  }
  return values;
}

/** A Sink of the caller's own, if `to` is none of folders. */
export function sinkOf(to: string | readonly string[] | Sink): Sink | undefined {
  return typeof to === 'string' || Array.isArray(to) || to === null ? undefined : (to as Sink);
}

/** Options that speak of disks, or of the state in the first folder. A Sink of one's own has neither. */
function stateProblems(options: AnyOptions): string[] {
  const { sinkReserve, sinkDurability, sinkRestart, notWithSink } = say.jobs.api;
  const reasons = { reserve: sinkReserve, durability: sinkDurability, isRestart: sinkRestart };
  return (Object.keys(reasons) as (keyof typeof reasons)[])
    .filter((name) => options[name] !== undefined && options[name] !== false)
    .map((name) => notWithSink(name, reasons[name]));
}
