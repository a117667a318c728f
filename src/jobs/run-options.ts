/** The options of the use cases, checked and complete. The command line and the library make them. */
import type { ListenAddress } from '../lib/network/listen-address.js';
import type { NameMode } from '../model/names/names.js';
import type { CommandName } from '../model/options/option.js';
import type { LimitValues } from '../pacing/limits/limits.js';
import type { QueueAccess } from '../queue/nats/connection/queue-connection.js';
import type { Reserve } from '../sinks/disks/free-space.js';
import type { Durability } from '../sinks/disks/volumes.js';
import type { Scheme, SourceFacts, SourceUrl } from '../sources/scheme.js';
import type { AlertsConfig } from './alerts/alert.js';
import type { Connections } from './plan/connections.js';
import type { ReportForm } from './report/place.js';

/** Everything that a run needs. Each field has the name of its flag. */
export interface Config {
  readonly command: CommandName;
  readonly source: SourceUrl;
  /** Opens the source. */
  readonly scheme: Scheme;
  /** What the options of the scheme say. Only the scheme knows their types. */
  readonly sourceOptions: Readonly<Record<string, unknown>>;
  readonly credentials: unknown;
  /** What a run has to know of these options. */
  readonly domain: SourceFacts['domain'];
  readonly variant: SourceFacts['variant'];
  /** Absolute; one folder for each disk. The first folder keeps the state of the job. Empty with a Sink of one's own. */
  readonly to: readonly string[];
  readonly reserve: Reserve | undefined;
  readonly durability: Durability;
  readonly names: NameMode;
  /** Absolute. Undefined for a `list` without a failures file, and for a dry run. */
  readonly failures: string | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly limit: number | undefined;
  readonly connections: Connections;
  /** For a source of many servers. */
  readonly hosts: HostsConfig;
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
  /** For `verify`: read the contents; find extra files; accept an empty comparison; compare the lines of stdin. */
  readonly isChecksum: boolean;
  readonly isExtra: boolean;
  readonly isAllowEmpty: boolean;
  readonly isInput: boolean;
  /** For `list`: print URLs. */
  readonly isUrls: boolean;
  /** The job is shared with other machines. */
  readonly queue: QueueConfig | undefined;
  /** Absolute; for `list` only. */
  readonly state: string | undefined;
  readonly progressIntervalMs: number;
  readonly logFile: LogFileConfig | undefined;
  /** Who is told what happens. */
  readonly alerts?: AlertsConfig | undefined;
  /** Where the run can be watched. */
  readonly web?: WebConfig | undefined;
  /** Absolute: the report that is written at the end. */
  readonly report?: string | undefined;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** The proxy for an origin, from HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxyFor: (origin: string) => string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  readonly isInsecure: boolean;
  /** For a list of URLs: ask only hosts with a public address. */
  readonly isUntrusted: boolean;
  /** The path of the config file, if the user gives one. */
  readonly configFile: string | undefined;
  /** Not errors, but the user should see them. */
  readonly warnings: readonly string[];
}

/** What a run does with many servers. */
export interface HostsConfig {
  /** Requests at once to one of them. */
  readonly requests: number;
  /** Servers that have open connections. */
  readonly max: number;
  /** How long one may be out while others answer. */
  readonly waitMs: number;
}

/**
 * Of a program that says nothing else, and of the command line.
 *
 * 16 requests at once, because a list names hosts of others. Measured (`npm run bench -- --only hosts`): a host that does not
 * refuse serves files in proportion, four times as many with 64 as with 16. One that refuses single requests costs almost
 * nothing, since the pacer learns its number. But one that refuses everything for a minute when more than 20 come serves a
 * quarter less with 32 or 64 in the first five minutes; and one with 8 workers serves nothing more, while each answer, also
 * to others, waits longer.
 */
export const HOSTS: HostsConfig = { requests: 16, max: 64, waitMs: 120_000 };

/** A log beside the screen. */
export interface LogFileConfig {
  /** Absolute. */
  readonly path: string;
  /** The size at which a new file begins. */
  readonly bytes: number;
  /** Time between progress lines. */
  readonly intervalMs: number;
}

/** Where a job can be watched by HTTP. One of the two addresses at least. */
export interface WebConfig {
  /** With the page and the controls, and with the metrics, too. */
  readonly dashboard: ListenAddress | undefined;
  /** Without the page and the controls. Undefined where the dashboard is the same place. */
  readonly metrics: ListenAddress | undefined;
  /** What a request has to bring. Undefined: made at random where other machines can reach the address. */
  readonly token: string | undefined;
}

/** How machines share a job. */
export interface QueueConfig {
  readonly access: QueueAccess;
  readonly job: string;
  readonly role: 'list' | 'fetch' | 'both';
  readonly areLimitsShared: boolean;
  readonly isAudit: boolean;
  readonly leaseMs: number;
  readonly batches: number;
}

/** Options of `status`. It contacts no server, so it needs no SOURCE and no credentials. */
export interface StatusConfig {
  /** Absolute. The folder that a job stores into, or the file of `list --state`. */
  readonly place: JobFiles;
  readonly isWatch: boolean;
  readonly isJson: boolean;
}

/** Options of `dashboard`: of a job that no run of this process works on. */
export interface DashboardConfig {
  readonly place: JobFiles;
  readonly web: WebConfig;
  readonly isJson: boolean;
  /** Not errors, but the user should see them. */
  readonly warnings: readonly string[];
}

export type JobFiles = { readonly folder: string } | { readonly file: string };

/** Options of the commands that show or change the contents of a queue. */
export interface ManageConfig {
  readonly access: QueueAccess;
  readonly job: string | undefined;
  /** For `forget`. */
  readonly worker: string | undefined;
  readonly isYes: boolean;
  readonly isWatch: boolean;
  readonly isJson: boolean;
  /** Not errors, but the user should see them. */
  readonly warnings: readonly string[];
}

/** Options of `report`. */
export interface ReportConfig {
  /** Absolute. Of one job; empty with a shared job whose machines are elsewhere. */
  readonly folders: readonly string[];
  /** Absolute. Undefined: stdout. */
  readonly path: string | undefined;
  readonly form: ReportForm;
  readonly isJson: boolean;
  /** The job in a queue; without a name the only one there. */
  readonly shared: { readonly access: QueueAccess; readonly job: string | undefined } | undefined;
  /** Not errors, but the user should see them. */
  readonly warnings: readonly string[];
}
