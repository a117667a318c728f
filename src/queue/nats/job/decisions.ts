/**
 * What the tables of a shared job mean: whether all is listed, whether all is done, and when work that the queue does not
 * give out has to be given out again. Plain functions of numbers: no server is needed to try them.
 */
import type { PageCounts } from './ledger.js';

/** Nothing to give out for so long, and yet not everything done: what is missing is looked for. */
export const MISSING_WAIT_MS = 5_000;

export interface TableCounts {
  /** Of a listing, or of lines that were read. */
  readonly kind: 'listing' | 'input';
  /** The listing pass that counts: 0 for the first one. */
  readonly pass: number;
  /** Pages of that pass. */
  readonly counts: PageCounts;
  /** Batches that are in the table of what is done. */
  readonly doneBatches: number;
}

/**
 * Whether the listing is whole and all of its batches are done. A listing is whole when each directory that a page has
 * named has a first page, and each page that has said that it goes on has a next one. (Whether an input was read to its
 * end is not in these tables.)
 */
export function balanceOf({ kind, pass, counts, doneBatches }: TableCounts): { isListed: boolean; isDone: boolean } {
  const { pages, firstPages, folders, nexts, batches } = counts;
  if (kind === 'input') return { isListed: true, isDone: doneBatches >= batches };
  const isListed = pages > 0 && firstPages === 1 + folders && pages - firstPages === nexts;
  // A bucket that has changed between two passes has more batches than the last pass has named.
  return { isListed, isDone: pass === 0 ? doneBatches === batches : doneBatches >= batches };
}

/** Whether the tables still hold all that they held when the job was complete. More is no loss. */
export function isStillWhole({ kind, counts, doneBatches }: Omit<TableCounts, 'pass'>): boolean {
  const { pages, firstPages, folders, nexts, batches } = counts;
  if (doneBatches < batches) return false;
  return kind === 'input' || (pages > 0 && firstPages >= 1 + folders && pages - firstPages >= nexts);
}

export interface Backlog {
  /** Messages that the queue can give out. */
  readonly waiting: number;
  /** Messages that workers hold. */
  readonly leased: number;
}

/** What to do when the queue gives out nothing although something is missing. */
export type NextStep =
  /** Work goes on, or may still go on. */
  | 'wait'
  /** All leases have expired long ago, and the queue does not give out again what they held. */
  | 'stuck'
  /** The queue has nothing, and no worker holds anything. */
  | 'missing';

/** Follows a job that does not move. Every worker has one; what they decide together stands in a table. */
export class StillnessWatch {
  readonly #leaseMs: number;
  #position = '';
  #missingSinceMs: number | undefined;
  #stuckSinceMs: number | undefined;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** `position` changes whenever something is done or listed; `nowMs` comes from a clock that is never set. */
  look({ waiting, leased }: Backlog, position: string, nowMs: number): NextStep {
    if (waiting > 0 || position !== this.#position) {
      this.#position = position;
      this.#missingSinceMs = undefined;
      this.#stuckSinceMs = undefined;
      if (waiting > 0) return 'wait';
    }
    this.#stuckSinceMs ??= nowMs;
    if (leased > 0) {
      this.#missingSinceMs = undefined;
      if (nowMs - this.#stuckSinceMs < 2 * this.#leaseMs + MISSING_WAIT_MS) return 'wait';
      this.#stuckSinceMs = undefined;
      return 'stuck';
    }
    this.#missingSinceMs ??= nowMs;
    if (nowMs - this.#missingSinceMs < MISSING_WAIT_MS) return 'wait';
    this.#missingSinceMs = undefined;
    return 'missing';
  }
}
