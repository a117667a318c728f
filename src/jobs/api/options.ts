/** The options of the library: plain objects with the same defaults as the command line. */
import { resolve } from 'node:path';
import { ConfigError } from '../../errors.js';
import { proxyFor } from '../../http/proxies.js';
import type { NameMode } from '../../model/names/names.js';
import type { CommandName } from '../../model/options/option.js';
import { sinkProblems } from '../../sinks/own-sink.js';
import type { Sink } from '../../sinks/sink.js';
import { sourceProblems } from '../../sources/own-source.js';
import { foreignOptions, parseSource, SCHEMES, type SchemeSettings, schemeOf } from '../../sources/registry.js';
import type { Scheme, SourceUrl } from '../../sources/scheme.js';
import type { Source } from '../../sources/source.js';
import { connectionsOf } from '../plan/connections.js';
import { foldersProblems, missingFolders } from '../plan/destination.js';
import { openFilesLimit } from '../plan/open-files.js';
import type { Config } from '../run-options.js';
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

export interface VerifyOptions extends JobOptions {
  /** How the files were stored, as for {@link StoreOptions.names}. @default 'escape' */
  names?: NameMode;
  /** Also read the files and compare their MD5. @default false */
  isChecksum?: boolean;
  /** Also find local files that the source does not have. @default false */
  isExtra?: boolean;
}

export type AnyOptions = StoreOptions & VerifyOptions;

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
  const parsed = typeof from === 'string' ? parseSource(from, schemes) : OWN_SOURCE;
  const scheme = (typeof from === 'string' && schemeOf(from, schemes)) || schemes[0]!;
  if (typeof parsed === 'string') problems.push(parsed);
  const sink = sinkOf(to);
  const given = sink === undefined ? [to as string | string[]].flat() : [];
  const folders = given.filter((root) => typeof root === 'string' && root !== '');
  const roots = folders.map((root) => resolve(root));
  if (folders.length < given.length) problems.push('to: give folders, or one Sink');
  if (sink !== undefined) problems.push(...sinkProblems(sink), ...stateProblems(options));
  else if (command !== 'list' && given.length === 0) problems.push('to: give the folder to store into');
  if (command === 'mirror' || command === 'fetch') problems.push(...foldersProblems(roots, 'to'));
  if (command === 'verify') problems.push(...missingFolders(roots, 'to'));
  if (typeof parsed !== 'string') {
    for (const { name, owners } of foreignOptions({ ...options, credentials: undefined }, scheme, schemes))
      problems.push(`${name}: an option of ${owners}, but SOURCE is one of ${scheme.name}://`);
  }
  if (typeof from !== 'string') problems.push(...sourceProblems(from));
  const wrong = optionProblems(options, scheme);
  problems.push(...wrong);
  // The scheme works with its own options only where they are right.
  if (wrong.some((problem) => Object.hasOwn(scheme.options, problem.split(':')[0]!))) throw new ConfigError(problems);
  const sourceOptions = settingsOf(scheme, options);
  const facts = scheme.facts(sourceOptions);
  const asked = { lists: command !== 'fetch', objects: command === 'fetch' };
  const isAnswered = options.credentials !== undefined || !scheme.needsCredentials(sourceOptions, asked);
  if (typeof from === 'string' && !isAnswered) problems.push('credentials: missing');
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
    queue: undefined,
    state: undefined,
    progressIntervalMs: 1_000,
    isJson: false,
    isQuiet: false,
    proxyFor: options.proxyFor ?? proxyFor,
    ca: options.ca,
    isInsecure: false,
    configFile: undefined,
    warnings: [],
  });
}

/** What a program gives by the names of the scheme's options. Instead of a file of credentials it gives the credentials. */
function settingsOf({ options: table }: Scheme, given: AnyOptions): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) {
    if (name === 'credentials') continue;
    const standard = spec.default === undefined ? undefined : spec.read(spec.default);
    const value = given[name as keyof AnyOptions] ?? (standard?.problem === undefined ? standard?.value : undefined);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** A Sink of the caller's own, if `to` is none of folders. */
export function sinkOf(to: string | readonly string[] | Sink): Sink | undefined {
  return typeof to === 'string' || Array.isArray(to) || to === null ? undefined : (to as Sink);
}

/** Options that speak of disks, or of the state in the first folder. A Sink of one's own has neither. */
const OF_FOLDERS = {
  reserve: 'what stays free is up to the Sink',
  durability: 'flush() of the Sink decides what survives a power cut',
  isRestart: 'no folder keeps the state of such a job, so each run begins from the start',
} as const;

function stateProblems(options: AnyOptions): string[] {
  return (Object.keys(OF_FOLDERS) as (keyof typeof OF_FOLDERS)[])
    .filter((name) => options[name] !== undefined && options[name] !== false)
    .map((name) => `${name}: not with a Sink of your own: ${OF_FOLDERS[name]}`);
}
