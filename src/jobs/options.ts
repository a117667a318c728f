/** What the use cases need to know, checked and complete: what the command line, or a program, makes of its options. */
import type { LimitValues } from '../pacing/limits/limits.js';
import type { QueueAccess } from '../queue/nats/connection/queue-connection.js';
import type { Reserve } from '../sinks/disks/free-space.js';
import type { Durability } from '../sinks/disks/volumes.js';
import type { NameMode } from '../sinks/thread/messages.js';
import type { Credentials } from '../sources/upyun/sign.js';
import type { SourceUrl } from '../sources/upyun/url.js';
import type { Connections } from './plan/connections.js';

export type CommandName = 'list' | 'fetch' | 'mirror' | 'verify' | 'status' | 'jobs' | 'forget' | 'remove';

/** Everything a run needs; fields are named after their flags. */
export interface Config {
  readonly command: CommandName;
  readonly source: SourceUrl;
  readonly credentials: Credentials | undefined;
  readonly endpoint: string;
  readonly domain: string | undefined;
  readonly variant: string | undefined;
  /** Absolute; one for each disk, the first keeps the state of the job. */
  readonly to: readonly string[];
  readonly reserve: Reserve | undefined;
  readonly durability: Durability;
  readonly names: NameMode;
  /** Absolute; none for a list that was not given one, and none for a dry run. */
  readonly failures: string | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly limit: number | undefined;
  readonly connections: Connections;
  readonly pageSize: number;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly limits: LimitValues;
  readonly stallMs: number;
  readonly bufferBytes: number;
  readonly isDryRun: boolean;
  readonly isRestart: boolean;
  /** Absolute. */
  readonly manifest: string | undefined;
  /** Of `verify`: read the contents; name what the source does not have; nothing to compare is fine; compare the lines of stdin. */
  readonly isChecksum: boolean;
  readonly isExtra: boolean;
  readonly isAllowEmpty: boolean;
  readonly isInput: boolean;
  /** The job is shared with other machines. */
  readonly queue: QueueConfig | undefined;
  /** Absolute; of `list` only. */
  readonly state: string | undefined;
  readonly progressIntervalMs: number;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** The proxy for an origin, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say. */
  readonly proxyFor: (origin: string) => string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  readonly isInsecure: boolean;
  /** The config file, if one was given. */
  readonly configFile: string | undefined;
  /** Not wrong, but worth saying. */
  readonly warnings: readonly string[];
}

/** How a job is shared with other machines. */
export interface QueueConfig {
  readonly access: QueueAccess;
  readonly job: string;
  readonly role: 'list' | 'fetch' | 'both';
  readonly isFleet: boolean;
  readonly isAudit: boolean;
  readonly leaseMs: number;
  readonly parts: number;
}

/** What `status` needs. It asks no server, so there is no SOURCE and there are no credentials. */
export interface StatusConfig {
  /** Absolute. A folder that a job stores into, or the file that a `list --state` keeps. */
  readonly place: JobFiles;
  readonly isJson: boolean;
}

export type JobFiles = { readonly folder: string } | { readonly file: string };

/** What the commands need that look at, or change, what a queue keeps. */
export interface ManageConfig {
  readonly access: QueueAccess;
  readonly job: string | undefined;
  /** Of `forget`. */
  readonly worker: string | undefined;
  readonly isYes: boolean;
  readonly isWatch: boolean;
  readonly isJson: boolean;
  /** Not wrong, but worth saying. */
  readonly warnings: readonly string[];
}
