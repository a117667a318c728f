/**
 * Tells an origin that is down from an object that is broken. Failures in a row are a suspicion; a request that has
 * succeeded before decides it: answered again, the origin works, and what failed has failed for its own sake. Otherwise
 * everyone waits, one probe goes out at a time, and nothing that failed meanwhile counts. (A circuit breaker whose
 * half-open state is one known request; M. Nygard, "Release It!", 2nd ed., 2018, chapter 5.)
 */
import { type ErrorCode, type TransferError, toTransferError } from '../../errors.js';
import { orAborted } from '../../lib/waiting/or-aborted.js';
import { sleep } from '../../lib/waiting/sleep.js';
import type { Blame } from '../../model/outcome.js';
import { backoffMs } from './backoff.js';

/** What an origin that is down answers with. (Silence is the watchdog's business, as long as a connection can be had.) */
const SIGNS: ReadonlySet<ErrorCode> = new Set(['ERR_UNREACHABLE', 'ERR_NETWORK', 'ERR_SERVER', 'ERR_TRUNCATED']);

/**
 * So many in a row, without a success in between, are suspicious: at 5 % of faults once in 2.5 billion requests. With many
 * requests at once it is twice their number, since those that go out together may well fail together.
 */
const SUSPICIOUS_FAILURES = 8;

/** The first probe follows the suspicion at once, the second after about a second, later ones each half minute. */
const PROBE_BACKOFF_OFFSET = 3;

export interface OutageOptions {
  /** Sends a request that has succeeded before. Rejects with what an origin that is down answers, or with anything else. */
  probe: () => Promise<unknown>;
  /** Requests that go out at once. @default few */
  concurrency?: () => number;
  /** Whether there is such a request. @default true */
  canProbe?: () => boolean;
  /** Once aborted nobody waits any more, and every failure is the origin's. */
  signal: AbortSignal;
  /** Nothing succeeds any more, since that moment. */
  onDown?: (sinceMs: number, error: TransferError) => void;
  /** It works again. */
  onUp?: (downMs: number) => void;
  nowMs?: () => number;
  random?: () => number;
}

export class Outage {
  readonly #options: OutageOptions;
  readonly #nowMs: () => number;
  #lastSuccessMs: number | undefined;
  #failuresInARow = 0;
  /** The check that is under way: resolves with its finding once everyone may go on. */
  #check: Promise<Blame> | undefined;
  #isDown = false;

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** No request goes out while this is false. */
  get isOpen(): boolean {
    return this.#check === undefined;
  }

  /** Whether a probe has confirmed that nothing works. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Resolves once requests may go out. */
  async opened(): Promise<void> {
    while (this.#check !== undefined) await this.#check;
  }

  /** The origin has answered with anything but a failure of its own. */
  succeeded(): void {
    this.#lastSuccessMs = this.#nowMs();
    this.#failuresInARow = 0;
  }

  /**
   * Whose fault is it? `sinceMs` is when the object began to fail; before its last failure (`isLast`) it is asked
   * whether anything has succeeded since then. A promise means that a probe has to tell, which takes as long as an outage.
   */
  blame(error: TransferError, { isLast, sinceMs }: { isLast: boolean; sinceMs: number }): Blame | Promise<Blame> {
    if (!SIGNS.has(error.code)) return 'request';
    // What never worked is not interrupted: whoever has just begun a job wants to hear of it.
    if (this.#lastSuccessMs === undefined || this.#options.canProbe?.() === false) return 'request';
    if (this.#check !== undefined) return this.#check;
    this.#failuresInARow++;
    const isSuspicious =
      error.code === 'ERR_UNREACHABLE' ||
      this.#failuresInARow >= Math.max(SUSPICIOUS_FAILURES, 2 * (this.#options.concurrency?.() ?? 0)) ||
      (isLast && this.#lastSuccessMs < sinceMs);
    if (!isSuspicious) return 'request';
    this.#check = this.#find(error).finally(() => {
      this.#check = undefined;
    });
    return this.#check;
  }

  /** Somebody else gets no answer any more: it is looked at once whether we do. */
  suspect(error: TransferError): void {
    if (this.#lastSuccessMs === undefined || this.#options.canProbe?.() === false) return;
    this.#check ??= this.#find(error).finally(() => {
      this.#check = undefined;
    });
  }

  async #find(first: TransferError): Promise<Blame> {
    const { probe, signal, onDown, onUp, random } = this.#options;
    const sinceMs = this.#nowMs();
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await orAborted(probe(), signal);
        return this.#works(attempt === 0 ? undefined : sinceMs, onUp);
      } catch (thrown) {
        if (signal.aborted) break;
        const error = toTransferError(thrown);
        // It could not be asked.
        if (error.code === 'ERR_OPEN_FILES') {
          await sleep(backoffMs(attempt + PROBE_BACKOFF_OFFSET, random), signal).catch(() => {});
          continue;
        }
        // An answer, although not the one that was asked for.
        if (!SIGNS.has(error.code) && error.code !== 'ERR_TIMEOUT')
          return this.#works(attempt === 0 ? undefined : sinceMs, onUp);
        if (!this.#isDown && !signal.aborted) {
          this.#isDown = true;
          onDown?.(sinceMs, first);
        }
        await sleep(backoffMs(attempt + PROBE_BACKOFF_OFFSET, random), signal).catch(() => {});
      }
    }
    return 'origin';
  }

  #works(downSinceMs: number | undefined, onUp: OutageOptions['onUp']): Blame {
    this.succeeded();
    this.#isDown = false;
    if (downSinceMs === undefined) return 'request';
    onUp?.(this.#nowMs() - downSinceMs);
    return 'origin';
  }
}
