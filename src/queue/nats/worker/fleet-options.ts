/** What one machine has to bring along to take part in a job that several share. */

import type { Reporter } from '../../../events/reporter.js';
import type { Stats } from '../../../events/stats.js';
import type { GiveWay } from '../../../lib/files/with-room.js';
import type { Limits } from '../../../pacing/limits/limits.js';
import type { PartContent } from '../connection/messages.js';
import type { QueueAccess } from '../connection/queue-connection.js';
import type { WorkerRecord } from '../connection/records.js';
import type { JoinOptions } from '../job/job.js';
import type { PartFiles } from './commits.js';

export interface FleetOptions {
  access: QueueAccess;
  join: JoinOptions;
  /** The name of this machine in the job. */
  worker: string;
  role: WorkerRecord['role'];
  /** It ends with the listing, not with the job. */
  isListingOnly: boolean;
  isAudit: boolean;
  /** Parts that may wait, of all machines together. */
  limit: number;
  /** Where it keeps what it has begun. */
  stateFolder: string;
  /** That outlives a power cut. */
  isSynced: boolean;
  /** For what the disk of that has no room for. */
  giveWay?: GiveWay | undefined;
  files: PartFiles;
  disks: {
    freeBytes: () => Promise<number>;
    knownFreeBytes: () => number;
    tell: () => WorkerRecord['volumes'];
    /** How many of these objects are there, in whatever version. */
    count: (content: PartContent) => Promise<number>;
  };
  stats: Stats;
  reporter: Reporter;
  failures: { record(line: string): Promise<void> | undefined } | undefined;
  /** Changes whenever anything has moved. */
  progress: () => number;
  /** Nothing is to move for now, on purpose. */
  isWaiting: () => boolean;
  /** Limits that hold for all machines together. */
  limits: Limits | undefined;
  /** What the folder remembers of its jobs; none for a machine that stores nothing. */
  memory: FolderMemory | undefined;
  patienceMs: number;
  /** Once aborted nobody waits any more. */
  signal: AbortSignal;
}

/** What a folder knows of the jobs that have stored into it. */
export interface FolderMemory {
  /** Whether nothing lay there when that job began, the machines that it had worked with before that, and whether it begins now. */
  begin(jobId: string): { isFresh: boolean; peers: readonly string[]; isFirstRun: boolean };
  remember(peers: readonly string[]): void;
}
