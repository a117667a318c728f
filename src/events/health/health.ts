/**
 * What a run is doing now, and why: one verdict, out of what its parts know (`verdict.ts`). The words are a contract: programs match
 * them. The texts for people are in `texts/LANGUAGE/progress.ts`.
 */

/** State → meaning. */
export const HEALTH_STATES = {
  starting: 'nothing moves yet: folders are opened, or no server has answered',
  healthy: 'the run works; the reason says what sets the pace',
  throttled: 'a server asks to slow down',
  banned: 'a server refuses everything for a while',
  unreachable: 'a server does not answer: Sluice waits, and asks again',
  'waiting-disk': 'the disks are behind, do not answer, or are full',
  'waiting-queue': 'the queue between machines does not answer, or has no work for this machine now',
  'waiting-input': 'the input has named nothing (more) yet',
  retrying: 'all that is left waits for another attempt',
  stalled: 'nothing moves, and nothing says why',
  limited: 'a limit of the user, or of this machine, holds',
  paused: 'the user has paused the run: what is under way ends, and nothing new begins',
  finishing: 'all objects have their outcome: what was written becomes durable',
  interrupted: 'the run was asked to end, and finishes what is in flight',
} as const satisfies Record<string, string>;

export type HealthState = keyof typeof HEALTH_STATES;

/** Reason → meaning, within its state. */
export const HEALTH_REASONS = {
  // starting
  opening: 'folders, journal and queue are opened',
  'no-answer-yet': 'no server has answered in this run',
  // healthy
  working: 'nothing in particular sets the pace',
  listing: 'the listing is slower than the transfer',
  'listing-only': 'the run only lists',
  server: 'each request that may be in flight waits for the server',
  memory: 'the memory for bodies (--buffer) is used up',
  processor: 'this process uses a whole processor',
  // throttled
  paused: 'all requests wait for a while',
  'fewer-requests': 'fewer requests go out at once, because the server has refused some',
  directories: 'requests to some folders wait',
  bandwidth: 'the server has refused requests for their bandwidth',
  // banned, unreachable
  banned: 'the server has banned this client',
  'no-answer': 'the server does not answer',
  // waiting-disk
  slow: 'the disks are slower than the network',
  'not-answering': 'a disk does not answer',
  'all-full': 'no disk takes files',
  // waiting-queue
  away: 'the queue does not answer',
  'other-machines': 'other machines have the rest of the work',
  // waiting-input
  'no-input': 'the input has named nothing (more) yet',
  // retrying
  hosts: 'all that is left is on hosts that do not answer, while others do',
  backoff: 'all that is left has failed at least once, and waits for another attempt',
  // stalled
  silence: 'nothing moves',
  // limited
  'limit-bytes': 'bytes per second: --bwlimit',
  'limit-objects': 'requests for objects per second: --rate',
  'limit-listings': 'requests for listings per second: --list-rate',
  'open-files': 'this machine can open no more files: all requests wait',
  // paused
  'by-user': 'the user has paused the run, and it goes on when the user says so',
  // finishing
  flush: 'disks are flushed, and the last checkpoint is written',
  // interrupted
  'in-flight': 'requests in flight and writes end first',
} as const satisfies Record<string, string>;

export type HealthReason = keyof typeof HEALTH_REASONS;

/** Which requests a verdict is about. Absent: all. */
export type HealthScope = 'listings' | 'objects';

export interface Verdict {
  readonly state: HealthState;
  readonly reason: HealthReason;
  /** Since when, where the parts know it. Wall clock, in milliseconds, as all times here. */
  readonly sinceMs?: number | undefined;
  /** When it ends, by what is known now. */
  readonly untilMs?: number | undefined;
  readonly of?: HealthScope | undefined;
  /** The HTTP status and the error code of the last answer that asked to slow down. */
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  /** Requests that may be in flight at once now. */
  readonly requests?: number | undefined;
  /** Folders of the bucket that wait. */
  readonly directories?: number | undefined;
  /** The rate that a limit allows, in the unit of its reason. */
  readonly perSecond?: number | undefined;
  /** The limit is this machine's share of a limit for all machines. */
  readonly isShared?: boolean | undefined;
  /** The folder of the disk. */
  readonly volume?: string | undefined;
  /** Objects that wait for another attempt. */
  readonly waiting?: number | undefined;
  /** Of a source of many servers, where one is in trouble: all that are known, and those that do not answer or wait. */
  readonly hosts?: number | undefined;
  readonly hostsUnreachable?: number | undefined;
  readonly hostsThrottled?: number | undefined;
  /** The one that has been unreachable longest, and since when. */
  readonly host?: string | undefined;
  readonly hostSinceMs?: number | undefined;
  /** Another machine of the job may still have space. */
  readonly hasOthers?: boolean | undefined;
}

/** A verdict, and since when it holds. */
export interface Health extends Verdict {
  readonly sinceMs: number;
}
