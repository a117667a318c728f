/** What Sluice needs to know of a kind of store: how its SOURCE is written, and how it is opened. One folder each. */
import type { BodyMemory } from '../lib/http1/transport.js';
import type { Source } from './source.js';

/** Where in a store: a bucket, or a part of it. */
export interface SourceUrl {
  /** The name of the scheme, without `://`. */
  readonly scheme: string;
  readonly bucket: string;
  /** Without slashes at its ends; '' for the whole bucket. */
  readonly prefix: string;
}

/** Who asks. Never shown. */
export interface Credentials {
  readonly operator: string;
  readonly password: string;
}

/** How a source is asked: what the options of a run say, whatever the scheme. */
export interface SourceOptions {
  /** Origin of the store's API. */
  endpoint: string;
  /** Origin that objects are fetched from instead, without credentials. */
  domain?: string | undefined;
  /** Version of each object. */
  variant?: string | undefined;
  credentials?: Credentials | undefined;
  pageSize: number;
  /** Requests at once: for objects, for listings, and together. */
  connections: { objects: { max: number }; lists: { max: number }; total: number };
  timeoutMs: number;
  /** Returns the proxy for an origin, if there is one. */
  proxyFor?: ((origin: string) => string | undefined) | undefined;
  /** PEM; trusted besides what the system trusts. */
  ca?: string | undefined;
  isInsecure?: boolean | undefined;
  /** For bodies that need not be copied. */
  memory?: BodyMemory | undefined;
}

export interface Scheme {
  /** Without `://`. */
  readonly name: string;
  /** How a SOURCE is written, for help and messages. */
  readonly form: string;
  /** The API that is asked without `--endpoint`. */
  readonly defaultEndpoint: string;
  /** What follows `name://`. Returns a message where it is wrong; the message never repeats text that may hold a password. */
  parse(rest: string): Omit<SourceUrl, 'scheme'> | string;
  /** Sends nothing yet. */
  open(url: SourceUrl, options: SourceOptions): Source;
}
