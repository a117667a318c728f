/** A log shows the first failures one by one, and counts the rest by code: a broken bucket must not flood it. */
import type { TransferError } from '../../errors.js';
import { SHOWN_FAILURES } from './reporter.js';

/** The failures of a time that were not shown one by one. */
export interface FailedObjects {
  seconds: number;
  count: number;
  /** From the most frequent one on. */
  codes: [code: string, count: number][];
}

export class FailureCounts {
  #shown = 0;
  #codes = new Map<string, number>();
  #sinceMs = Date.now();

  /** `shown`: one of the first. `counted`: one of the rest, the first of them `counted-first`. */
  add({ code }: Pick<TransferError, 'code'>): 'shown' | 'counted-first' | 'counted' {
    this.#shown++;
    if (this.#shown <= SHOWN_FAILURES) return 'shown';
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    return this.#shown === SHOWN_FAILURES + 1 ? 'counted-first' : 'counted';
  }

  /** What was counted since the last call, or undefined. */
  take(): FailedObjects | undefined {
    const now = Date.now();
    const seconds = (now - this.#sinceMs) / 1000;
    this.#sinceMs = now;
    if (this.#codes.size === 0) return undefined;
    const codes = [...this.#codes].sort(([, one], [, other]) => other - one);
    this.#codes = new Map();
    return { seconds, count: codes.reduce((sum, [, count]) => sum + count, 0), codes };
  }
}
