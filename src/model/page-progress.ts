/** What became of the objects of one listed page: it can be retired once all of its parts are acknowledged. */
import type { Outcome } from './outcome.js';
import { Tally } from './tally.js';

export class PageProgress {
  readonly number: number;
  readonly tally = new Tally();
  /** Lines for the failures file: written when the page is retired, so that a page that is repeated does not repeat them. */
  failureLines: string[] = [];
  /** Volumes that hold objects of it. */
  readonly volumes = new Set<number>();
  /** Parts that were handed out and are not acknowledged. */
  openParts = 0;
  /** All of its parts have been handed out. */
  isHandedOver = false;

  /** An earlier run has listed it, and may have stored some of it. */
  readonly isAgain: boolean;

  constructor(number: number, { isAgain = false } = {}) {
    this.number = number;
    this.isAgain = isAgain;
  }

  get isSettled(): boolean {
    return this.isHandedOver && this.openParts === 0;
  }

  enter(outcome: Outcome, listedBytes: number | undefined): void {
    this.tally.settle(outcome, listedBytes);
    if ('volume' in outcome && outcome.volume !== undefined && outcome.volume >= 0) this.volumes.add(outcome.volume);
  }
}
