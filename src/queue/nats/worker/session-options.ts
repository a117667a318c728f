/** What one machine needs to take part in a shared job. */

import type { EventBus } from '../../../events/bus.js';
import type { Stats } from '../../../events/stats.js';
import type { GiveWay } from '../../../lib/files/with-space.js';
import type { Gate } from '../../../pacing/limits/gate.js';
import type { Limits } from '../../../pacing/limits/limits.js';
import type { BatchContent } from '../connection/messages.js';
import type { QueueAccess } from '../connection/queue-connection.js';
import type { WorkerLimits, WorkerRecord } from '../connection/records.js';
import type { JoinOptions } from '../job/shared-job.js';
import type { BatchFiles } from './commits.js';

export interface SessionOptions {
  access: QueueAccess;
  join: JoinOptions;
  /** The name of this machine in the job. */
  worker: string;
  role: WorkerRecord['role'];
  /** This machine stops after the listing, not after the job. */
  isListingOnly: boolean;
  isAudit: boolean;
  /** Batches that may wait, over all machines. */
  limit: number;
  /** Holds the notes of open batches. */
  stateFolder: string;
  /** Sluice syncs these notes, so that they survive a power cut. */
  isSynced: boolean;
  /** Makes room for a note when its disk is full. */
  giveWay?: GiveWay | undefined;
  files: BatchFiles;
  disks: {
    freeBytes: () => Promise<number>;
    knownFreeBytes: () => number;
    report: () => WorkerRecord['volumes'];
    /** How many of these objects exist here, in any version. */
    count: (content: BatchContent) => Promise<number>;
  };
  stats: Stats;
  events: EventBus;
  failures: { record(line: string): Promise<void> | undefined } | undefined;
  /** Changes with each progress: a byte, an object, a page. */
  progress: () => number;
  /** The machine is idle on purpose. */
  isWaiting: () => boolean;
  /** Closed while the user pauses this machine: it takes no work, and keeps what it has. @default always open */
  gate?: Pick<Gate, 'isOpen' | 'opened'> | undefined;
  /** The limits of this machine, for the others to see. */
  ownLimits?: (() => WorkerLimits) | undefined;
  /** Limits that hold for all machines together. */
  limits: Limits | undefined;
  /** What the destination remembers of its jobs; undefined for a machine that stores nothing. */
  memory: FolderMemory | undefined;
  connectTimeoutMs: number;
  /** Aborts all waits. */
  signal: AbortSignal;
}

/** What a destination knows of the jobs that have stored into it. */
export interface FolderMemory {
  /**
   * `isFresh`: the destination was empty when the job began. `peers`: machines that it had worked with before the
   * job. `isFirstRun`: no earlier run has worked on the job here.
   */
  begin(jobId: string): { isFresh: boolean; peers: readonly string[]; isFirstRun: boolean };
  remember(peers: readonly string[]): void;
}
