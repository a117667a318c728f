/** What became of the objects of one listed page: it can be retired once all of its parts are acknowledged. */
import type { Outcome } from './outcome.js';
import { Tally } from './tally.js';

export interface PageProgressOptions {
  /** An earlier run has listed it, and may have stored some of it. */
  isAgain?: boolean;
  /** Whatever of it is on the disks was stored by an earlier run of the job, if there was one. */
  isOwn?: boolean;
  /** What that run had settled of it. */
  earlier?: Tally | undefined;
}

export class PageProgress {
  readonly number: number;
  readonly isAgain: boolean;
  readonly isOwn: boolean;
  readonly tally = new Tally();
  /** Lines for the failures file: written when the page is retired, so that a page that is repeated does not repeat them. */
  failureLines: string[] = [];
  /** Volumes that hold objects of it. */
  readonly volumes = new Set<number>();
  /** Parts that were handed out and are not acknowledged. */
  openParts = 0;
  /** All of its parts have been handed out. */
  isHandedOver = false;
  /** Objects that an earlier run has stored, as far as they have not been seen again. */
  readonly #unseen = new Tally();

  constructor(number: number, { isAgain = false, isOwn = false, earlier }: PageProgressOptions = {}) {
    this.number = number;
    this.isAgain = isAgain;
    this.isOwn = isOwn;
    // All others are repeated, and count by what becomes of them then.
    const { stored = 0, bytes = 0, settledBytes = 0 } = earlier ?? {};
    Object.assign(this.#unseen, stored > 0 ? { stored, bytes, settledBytes } : {});
  }

  get isSettled(): boolean {
    return this.isHandedOver && this.openParts === 0;
  }

  /** Settled by this run, or stored by an earlier one of the same job. A copy. */
  get known(): Tally {
    const known = new Tally();
    known.add(this.tally);
    known.add(this.#unseen);
    return known;
  }

  /** What counts: to the job, what is there because an earlier run of it stored it is stored, not skipped. */
  countedAs(outcome: Outcome, listedBytes = 0): Outcome {
    const { stored, bytes, settledBytes } = this.#unseen;
    if (outcome.status !== 'skipped' || (stored === 0 && !this.isOwn)) return outcome;
    const isOneLeft = stored > 1;
    Object.assign(this.#unseen, {
      stored: Math.max(0, stored - 1),
      bytes: isOneLeft ? Math.max(0, bytes - outcome.bytes) : 0,
      settledBytes: isOneLeft ? Math.max(0, settledBytes - listedBytes) : 0,
    });
    return { status: 'stored', bytes: outcome.bytes, volume: outcome.volume };
  }

  enter(outcome: Outcome, listedBytes: number | undefined): void {
    this.tally.settle(outcome, listedBytes);
    if ('volume' in outcome && outcome.volume !== undefined && outcome.volume >= 0) this.volumes.add(outcome.volume);
  }
}

/** Whether what is there of it may have been stored by an earlier run of the job. */
export function isEarlier(page: PageProgress | undefined): boolean {
  return page !== undefined && (page.isAgain || page.isOwn);
}
