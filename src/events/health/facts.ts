/** What the parts of a run know of its state at one moment, read for {@link verdictOf}. Times are wall clock, in milliseconds. */
import type { HealthScope } from './health.js';

/** The requests of one kind. */
export interface RequestFacts {
  readonly of: HealthScope;
  /** All of them wait for this long, because a server or this machine asks for it; 0 = they do not. */
  readonly pausedForMs: number;
  /** The pause is this machine's: too many files are open. */
  readonly isShort: boolean;
  readonly bannedForMs: number;
  /** Time since the last refusal that all requests follow. Absent: there was none in this run. */
  readonly refusedAgoMs?: number | undefined;
  /** Refusals of the server, not their use, hold down the number of requests at once. */
  readonly isHeldDown: boolean;
  /** The last answer that asked to slow down. */
  readonly refusal?: { readonly status?: number | undefined; readonly code: string } | undefined;
  /** Directories whose requests wait. */
  readonly heldDirectories: number;
  /** Requests that may be in flight, and that are. */
  readonly limit: number;
  readonly inUse: number;
  /** Requests that wait for memory. */
  readonly waitingForMemory: number;
}

/** Many servers. */
export interface HostFacts {
  readonly known: number;
  readonly unreachable: number;
  /** All that have objects left are unreachable. */
  readonly areAllOut?: boolean | undefined;
  /** They wait because they have asked to slow down. */
  readonly throttled: number;
  /** The one that has been unreachable longest. */
  readonly first?: { readonly origin: string; readonly sinceMs: number } | undefined;
}

/** A limit on a rate. */
export interface LimitFacts {
  readonly of: 'bytes' | 'objects' | 'listings';
  /** What waits for it, now or a moment ago. */
  readonly waiting: number;
  readonly perSecond: number | undefined;
  /** The rate is lower than the user's, because the server has refused requests. */
  readonly isCapped: boolean;
  /** The rate is this machine's share. */
  readonly isShared: boolean;
}

export interface DiskFacts {
  readonly root: string;
  /** It takes files. */
  readonly isIn: boolean;
  /** What its thread has not done yet, and how long the oldest of it has waited. */
  readonly waiting: number;
  readonly waitingForMs: number;
}

export interface HealthFacts {
  readonly nowMs: number;
  /** The pipeline works. */
  readonly isBegun: boolean;
  readonly interruptedSinceMs?: number | undefined;
  /** The user has paused the run. */
  readonly pausedSinceMs?: number | undefined;
  /** Everything is listed and settled. */
  readonly isEnding: boolean;
  /** No server has answered in this run, though one was asked then. */
  readonly unansweredSinceMs?: number | undefined;
  readonly outages: ReadonlyMap<HealthScope, number>;
  /** Of a source of many servers. */
  readonly hosts?: HostFacts | undefined;
  readonly requests: readonly RequestFacts[];
  readonly limits: readonly LimitFacts[];
  readonly disks: readonly DiskFacts[];
  readonly objects: { readonly inside: number; readonly waitingForAnotherAttempt: number };
  /** Something has moved since the last look. */
  readonly isMoving: boolean;
  /** Nothing has moved since then, although something should. */
  readonly silentSinceMs?: number | undefined;
  readonly isListOnly: boolean;
  /** The listing goes on. */
  readonly isListing: boolean;
  /** The input has not ended. */
  readonly isInputOpen: boolean;
  /** Share of the time that the main thread was busy since the last look, 0 to 1. */
  readonly busyShare: number;
  /** In a job that machines share. */
  readonly queue?: QueueFacts | undefined;
}

export interface QueueFacts {
  readonly awaySinceMs?: number | undefined;
  /** This machine is full, and takes no work. */
  readonly isFull: boolean;
  readonly areAllFull: boolean;
  /** This machine holds no work. */
  readonly isIdle: boolean;
}
