/** What `doctor` is asked to look at: the options, checked and complete. */
import type { QueueAccess } from '../../queue/nats/connection/queue-connection.js';
import type { Reserve } from '../../sinks/disks/free-space.js';
import type { Scheme, SourceFacts, SourceUrl } from '../../sources/scheme.js';
import type { Connections } from '../plan/connections.js';

export interface DoctorConfig {
  /** Undefined = only this machine and its disks. */
  readonly source: DoctorSource | undefined;
  /** Absolute; may be empty. */
  readonly to: readonly string[];
  readonly reserve: Reserve | undefined;
  /** How long a check waits for a server or a disk, at most. */
  readonly timeoutMs: number;
  readonly connections: Connections;
  /** The connections of a run if the limit of open files allowed any number. */
  readonly connectionsWished: number;
  readonly bufferBytes: number;
  readonly queue: QueueAccess | undefined;
  readonly isJson: boolean;
  readonly warnings: readonly string[];
}

export interface DoctorSource {
  readonly url: SourceUrl;
  readonly scheme: Scheme;
  readonly sourceOptions: Readonly<Record<string, unknown>>;
  /** Never shown. */
  readonly credentials: unknown;
  /** Why there are no credentials. Shows no value. */
  readonly credentialProblems: readonly string[];
  readonly facts: SourceFacts;
  readonly pageSize: number;
  readonly proxyFor: (origin: string) => string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  readonly isInsecure: boolean;
}

/** The program itself, as its package and the system describe it. */
export interface Program {
  readonly version: string;
  /** The oldest Node that it runs on, `20.18.1`. */
  readonly leastNode: string;
}
