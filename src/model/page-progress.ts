/** Progress of one listed page. The page can be committed once all of its batches are acknowledged. */
import type { CheckedBy } from './digest.js';
import type { Outcome } from './outcome.js';
import { Tally } from './tally.js';

export interface PageProgressOptions {
  /** An earlier run listed the page, and may have stored some of its objects. */
  isAgain?: boolean;
  /** An earlier run of this job, if there was one, stored all of this page's objects that are on the disks. */
  isOwn?: boolean;
  /** What that run settled. */
  earlier?: Tally | undefined;
}

export class PageProgress {
  readonly number: number;
  readonly isAgain: boolean;
  readonly isOwn: boolean;
  readonly tally = new Tally();
  /**
   * Lines for the failures file. They are written when the page is committed, so that a repeated page does not repeat
   * them.
   */
  failureLines: string[] = [];
  /** Volumes with objects of this page. */
  readonly volumes = new Set<number>();
  /** Batches that were handed out and are not acknowledged. */
  openBatches = 0;
  /** All of its batches were handed out. */
  isHandedOver = false;
  /** Objects that an earlier run stored and that this run has not met yet. */
  readonly #unseen = new Tally();

  constructor(number: number, { isAgain = false, isOwn = false, earlier }: PageProgressOptions = {}) {
    this.number = number;
    this.isAgain = isAgain;
    this.isOwn = isOwn;
    // Other outcomes are not kept: this run repeats those objects and counts them again.
    const { stored = 0, bytes = 0, settledBytes = 0, checked } = earlier ?? {};
    Object.assign(this.#unseen, stored > 0 ? { stored, bytes, settledBytes, checked: { ...checked } } : {});
  }

  get isSettled(): boolean {
    return this.isHandedOver && this.openBatches === 0;
  }

  /** What this run settled, plus what an earlier run of the job stored. A copy. */
  get known(): Tally {
    const known = new Tally();
    known.add(this.tally);
    known.add(this.#unseen);
    return known;
  }

  /** The outcome to count. For the job, a file stored by its earlier run counts as stored, not as skipped. */
  countedAs(outcome: Outcome, listedBytes = 0): Outcome {
    const { stored, bytes, settledBytes } = this.#unseen;
    if (outcome.status !== 'skipped' || (stored === 0 && !this.isOwn)) return outcome;
    const isOneLeft = stored > 1;
    Object.assign(this.#unseen, {
      stored: Math.max(0, stored - 1),
      bytes: isOneLeft ? Math.max(0, bytes - outcome.bytes) : 0,
      settledBytes: isOneLeft ? Math.max(0, settledBytes - listedBytes) : 0,
    });
    return { status: 'stored', bytes: outcome.bytes, volume: outcome.volume, checkedBy: this.#takeCheck() };
  }

  /** The counts say how many of the unseen objects were checked by what, not which ones: any of them will do. */
  #takeCheck(): CheckedBy | undefined {
    const { checked } = this.#unseen;
    for (const kind in checked) {
      const left = checked[kind as CheckedBy]! - 1;
      if (left > 0) checked[kind as CheckedBy] = left;
      else delete checked[kind as CheckedBy];
      return kind as CheckedBy;
    }
    return undefined;
  }

  enter(outcome: Outcome, listedBytes: number | undefined): void {
    this.tally.settle(outcome, listedBytes);
    if ('volume' in outcome && outcome.volume !== undefined && outcome.volume >= 0) this.volumes.add(outcome.volume);
  }
}

/** Whether an earlier run of the job may have stored files of this page. */
export function isEarlier(page: PageProgress | undefined): boolean {
  return page !== undefined && (page.isAgain || page.isOwn);
}
