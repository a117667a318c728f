/** What Sluice needs to know of a kind of store: how it is written, asked for and opened. One folder each. */
import type { BodyMemory } from '../lib/http1/transport.js';
import type { OptionSpec, OptionTable, ValuesOf } from '../model/options/option.js';
import type { Source } from './source.js';

/** Where in a store: a bucket, or a part of it. */
export interface SourceUrl {
  /** The name of the scheme, without `://`. */
  readonly scheme: string;
  /** Also the folder that a copy goes to when none is named. */
  readonly bucket: string;
  /** Without slashes at its ends; '' for the whole bucket. */
  readonly prefix: string;
}

/** An option that belongs to a scheme. */
export interface SchemeOption extends OptionSpec {
  /** What the help says of it, one fact on each line: in one language, or in that of the run. */
  readonly help: string | (() => string);
  /** The option that it follows in the help: a common one, or one of the same scheme. @default all common ones */
  readonly after?: string;
  /** Shown as the default where the scheme itself decides, and no value of the table says it. */
  readonly defaultText?: string;
  /** With `list` it is for the URLs that `--urls` prints, and means nothing without. @default false */
  readonly isOfUrls?: true;
}

/** What a run is going to ask the store for. */
export interface Asked {
  readonly lists: boolean;
  readonly objects: boolean;
}

/** What a run has to know of the options of a scheme; it leaves the rest to {@link Scheme.open}. */
export interface SourceFacts {
  /** The origins that are asked, so that a proxy that cannot be used is found before any request. */
  readonly origins: readonly string[];
  /** The origin that serves the objects, if that is another one than lists them: it refuses and bans on its own. */
  readonly domain?: string | undefined;
  /**
   * The version of each object that is asked for. It decides what bytes a key stands for, so it is part of the identity of
   * a job; the listed size does not bind. The option is called `--variant`.
   */
  readonly variant?: string | undefined;
  /** Why `list --urls` cannot print URLs. @default it can, if the source has `urls` */
  readonly urlsProblem?: string | undefined;
}

/** What a credentials reader found. No problem and no warning shows a value. */
export interface FoundCredentials<Secret> {
  readonly credentials?: Secret | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** How a source is asked: what the options of a run say, whatever the scheme, and what those of the scheme say. */
export interface OpenOptions<Values = Readonly<Record<string, unknown>>, Secret = unknown> {
  /** The values of the scheme's own options. */
  sourceOptions: Values;
  /** Never shown. */
  credentials?: Secret | undefined;
  pageSize: number;
  /** Requests at once: for objects, for listings, and together. */
  connections: { objects: { max: number }; lists: { max: number }; total: number };
  /** Milliseconds. */
  timeoutMs: number;
  /** Returns the proxy for an origin, if there is one. */
  proxyFor?: ((origin: string) => string | undefined) | undefined;
  /** PEM; trusted besides what the system trusts. */
  ca?: string | undefined;
  isInsecure?: boolean | undefined;
  /** Connect only to public addresses; for a source whose hosts are not chosen by the user. */
  isUntrusted?: boolean | undefined;
  /** For bodies that need not be copied. */
  memory?: BodyMemory | undefined;
}

/**
 * Data and functions without side effects, except `credentials` (reads the environment and a file) and `open`. Make one
 * with {@link defineScheme}, which knows the types of its values.
 */
export interface Scheme<
  Table extends OptionTable<SchemeOption> = OptionTable<SchemeOption>,
  Values = ValuesOf<Table>,
  Secret = unknown,
> {
  /** Without `://`. */
  readonly name: string;
  /** How a SOURCE is written, for help and messages. */
  readonly form: string;
  /** A SOURCE for the examples in the help. */
  readonly example: string;
  /** One or more sentences for the help: where credentials come from. In one language, or in that of the run. */
  readonly credentialsHelp: string | (() => string);
  /** Words for credentials that users may write into a config file, where they must not be. */
  readonly secretNames: readonly string[];
  /**
   * Its own options: flag, environment variable, key in the config file, help. Another scheme may have an option of the
   * same name; the one of SOURCE counts. A secret is never an option: an option names the file that holds it.
   */
  readonly options: Table;
  /** What follows `name://`. Returns a message where it is wrong; the message never repeats text that may hold a password. */
  parse(rest: string): Omit<SourceUrl, 'scheme'> | string;
  /** The parts of the name of a shared job: the same on all machines, and another one for another SOURCE. */
  jobName(url: SourceUrl): readonly string[];
  /** `credentials`: as far as they are known; a file of them may say where the store is. */
  facts(values: Values, credentials?: Secret | undefined): SourceFacts;
  /** Why such a SOURCE cannot be asked with these options, as far as that is known before a request. @default nothing */
  problem?(url: SourceUrl, values: Values, credentials?: Secret | undefined): string | undefined;
  needsCredentials(values: Values, asked: Asked): boolean;
  /** Reads them from the file that an option names, or from the environment. `isNeeded`: it is a problem if there are none. */
  credentials(from: { values: Values; env: NodeJS.ProcessEnv; isNeeded: boolean }): FoundCredentials<Secret>;
  /** The MD5 of the content, where every ETag of such a store is one. See {@link Source.md5OfEtag}. */
  readonly md5OfEtag?: Source['md5OfEtag'];
  /** Sends nothing yet. */
  open(url: SourceUrl, options: OpenOptions<Values, Secret>): Source;
}

/** A scheme with typed values, as one of any scheme. */
export function defineScheme<const Table extends OptionTable<SchemeOption>, Secret>(
  scheme: Scheme<Table, NoInfer<ValuesOf<Table>>, Secret>,
): Scheme {
  return scheme as unknown as Scheme;
}
