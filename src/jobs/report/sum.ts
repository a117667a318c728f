/** Whether the counts of a job add up: what was listed must be in exactly one of the other counts. */
import type { LoggedRun } from '../../journal/runs/logged-run.js';
import type { SharedStatus } from '../status/shared-status-text.js';
import type { Status } from '../status/status-text.js';

export interface Sum {
  /** What it counts: the job, or the last run, where there is no job. */
  readonly of: 'job' | 'run';
  readonly listed: number;
  readonly stored: number;
  readonly skipped: number;
  readonly gone: number;
  readonly failed: number;
  /** Left out by --include and --exclude. */
  readonly excluded: number;
  /** Not done yet. */
  readonly open: number;
  /** Listed beyond --limit. */
  readonly beyondLimit: number;
  readonly bytes: number;
  /** `listed` minus all the others: 0 when it adds up. */
  readonly difference: number;
}

type Counts = Omit<Sum, 'of' | 'difference' | 'open' | 'beyondLimit'>;

/** `open` is counted on its own, by the pages that are not done: so it can disagree. */
function sumOf(of: Sum['of'], counts: Counts, open: number, limit: number | undefined): Sum {
  const { listed, stored, skipped, gone, failed, excluded } = counts;
  const settled = stored + skipped + gone + failed;
  const rest = listed - settled - excluded - open;
  // The last pages have more objects than the limit allows.
  const beyondLimit = limit !== undefined && settled + open >= limit ? Math.max(0, rest) : 0;
  return { of, ...counts, open, beyondLimit, difference: rest - beyondLimit };
}

/** Undefined when the status has no counts. */
export function sumOfJob({ filters = {}, state, left = 0, ...status }: Status): Sum | undefined {
  const { listed, stored = 0, skipped = 0, gone = 0, failed = 0, excluded = 0, bytes = 0 } = status;
  if (listed === undefined) return undefined;
  const limit = filters.limit === undefined ? undefined : Number(filters.limit);
  const counts = { listed, stored, skipped, gone, failed, excluded, bytes };
  return sumOf('job', counts, state === 'finished' ? 0 : left, limit);
}

export function sumOfShared(status: SharedStatus): Sum {
  const { listed, stored, skipped, gone, failed, excluded = 0, bytes, left } = status;
  return sumOf('job', { listed, stored, skipped, gone, failed, excluded, bytes }, left, undefined);
}

/** A `fetch` has no job: its last run says what it read, and what became of it. */
export function sumOfRun({ figures, end, options }: LoggedRun): Sum | undefined {
  const { found, stored, skipped, gone, failed, excluded, bytes } = figures;
  if (found === undefined) return undefined;
  const settled = stored + skipped + gone + failed;
  const limit = typeof options.limit === 'number' ? options.limit : undefined;
  const open = end === 'finished' ? 0 : Math.max(0, found - settled - excluded);
  return sumOf('run', { listed: found, stored, skipped, gone, failed, excluded, bytes }, open, limit);
}
