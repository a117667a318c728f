/**
 * Tells an origin that is down from an object that is broken. Failures in a row raise a suspicion. Then a probe repeats
 * a request that has succeeded before. If it succeeds, the origin works, and the failures belong to their objects. If
 * not, all requests wait, one probe goes out at a time, and the failures do not count. (A circuit breaker whose
 * half-open state is one known request; M. Nygard, "Release It!", 2nd ed., 2018, chapter 5.)
 */
import { type ErrorCode, type TransferError, toTransferError } from '../../errors.js';
import { orAborted } from '../../lib/waiting/or-aborted.js';
import { sleep } from '../../lib/waiting/sleep.js';
import type { Blame } from '../../model/outcome.js';
import { ALWAYS_OPEN, type Gate } from '../limits/gate.js';
import { backoffMs } from './backoff.js';

/** How an origin that is down fails. (The watchdog handles silence, as long as connections can be opened.) */
const SIGNS: ReadonlySet<ErrorCode> = new Set(['ERR_UNREACHABLE', 'ERR_NETWORK', 'ERR_SERVER', 'ERR_TRUNCATED']);

/**
 * This many failures in a row are suspicious: with 5 % of faults that happens once in 2.5 billion requests. With many
 * requests at once the number is twice the concurrency, since requests that go out together may fail together.
 */
const SUSPICIOUS_FAILURES = 8;

/** The same for an origin that has never answered: each failure may take a whole timeout. */
const FIRST_FAILURES = 2;

/** The first probe goes out at once, the second after about a second, later ones every half minute. */
const PROBE_BACKOFF_OFFSET = 3;

/** How an origin ends that is one of many: the others must not wait for it for ever. */
export interface GivingUp {
  /** How long it may be down. `hasAnswered`: it has, in this run. */
  longestMs(hasAnswered: boolean): number;
  /** Asked once that time is over, after each probe: whether the origin, and not this machine, is the reason. */
  isRight(error: TransferError): Promise<boolean>;
  onGivenUp(sinceMs: number, error: TransferError): void;
}

export interface OutageOptions {
  /** Sends a request that has succeeded before. Rejects with the error of that request. */
  probe: () => Promise<unknown>;
  /** Requests at once. @default few */
  concurrency?: () => number;
  /** Whether `probe` has a request to send. @default true */
  canProbe?: () => boolean;
  /** After it aborts no request waits, and every failure counts as the origin's. */
  signal: AbortSignal;
  /** Called when a probe confirms an outage; `sinceMs` is its start. */
  onDown?: (sinceMs: number, error: TransferError) => void;
  /** Called when the origin works again. */
  onUp?: (downMs: number) => void;
  /**
   * The origin is one of many. Then one that has never answered can be down, too, one that accepts connections and does
   * not answer is down, and it is given up in the end. @default Sluice waits for it without an end
   */
  givingUp?: GivingUp | undefined;
  /** While it is closed no probe goes out, and no time passes. @default always open */
  gate?: Pick<Gate, 'isOpen' | 'opened' | 'closedMs'> | undefined;
  nowMs?: () => number;
  random?: () => number;
}

export class Outage {
  readonly #options: OutageOptions;
  readonly #nowMs: () => number;
  #lastSuccessMs: number | undefined;
  #failuresInARow = 0;
  /** The running check. Resolves with its finding once requests may go out. */
  #check: Promise<Blame> | undefined;
  #isDown = false;

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** While this is false no request goes out. */
  get isOpen(): boolean {
    return this.#check === undefined;
  }

  /** Whether a probe has confirmed the outage. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Resolves once requests may go out. */
  async opened(): Promise<void> {
    while (this.#check !== undefined) await this.#check;
  }

  /** The origin answered; also when the answer is an error of the request. */
  succeeded(): void {
    this.#lastSuccessMs = this.#nowMs();
    this.#failuresInARow = 0;
  }

  /**
   * Decides whether the request or the origin causes a failure. `sinceMs` is the time when the object began to fail. On
   * its last failure (`isLast`) the rule also asks whether anything has succeeded since then. A promise means that a
   * probe decides; that takes as long as the outage.
   */
  blame(error: TransferError, { isLast, sinceMs }: { isLast: boolean; sinceMs: number }): Blame | Promise<Blame> {
    const { givingUp, canProbe } = this.#options;
    const isSilence = error.code === 'ERR_TIMEOUT' && givingUp !== undefined;
    if (!isSilence && !SIGNS.has(error.code)) return 'request';
    // Without an earlier success there is no outage to wait for: the user of a new job wants to see the error.
    if ((this.#lastSuccessMs === undefined && givingUp === undefined) || canProbe?.() === false) return 'request';
    if (this.#check !== undefined) return this.#check;
    this.#failuresInARow++;
    const isSuspicious =
      error.code === 'ERR_UNREACHABLE' ||
      this.#failuresInARow >= this.#suspiciousFailures(error) ||
      (isLast && this.#lastSuccessMs !== undefined && this.#lastSuccessMs < sinceMs);
    if (!isSuspicious) return 'request';
    this.#check = this.#find(error).finally(() => {
      this.#check = undefined;
    });
    return this.#check;
  }

  /** Another worker gets no answer: Sluice checks at once whether this one does. */
  suspect(error: TransferError): void {
    if (this.#lastSuccessMs === undefined || this.#options.canProbe?.() === false) return;
    this.#check ??= this.#find(error).finally(() => {
      this.#check = undefined;
    });
  }

  #suspiciousFailures({ status }: TransferError): number {
    if (this.#lastSuccessMs === undefined && status === undefined) return FIRST_FAILURES;
    return Math.max(SUSPICIOUS_FAILURES, 2 * (this.#options.concurrency?.() ?? 0));
  }

  async #find(first: TransferError): Promise<Blame> {
    const { probe, signal, onDown, onUp, givingUp, random, gate = ALWAYS_OPEN } = this.#options;
    const sinceMs = this.#nowMs();
    const hasAnswered = this.#lastSuccessMs !== undefined;
    const closedBeforeMs = gate.closedMs;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        if (!gate.isOpen) await orAborted(gate.opened(), signal);
        await orAborted(probe(), signal);
        return this.#works(attempt === 0 ? undefined : sinceMs, onUp);
      } catch (thrown) {
        if (signal.aborted) break;
        const error = toTransferError(thrown);
        // This machine could not send the probe.
        if (error.code === 'ERR_OPEN_FILES') {
          await sleep(backoffMs(attempt + PROBE_BACKOFF_OFFSET, random), signal).catch(() => {});
          continue;
        }
        // The origin answered, though not with success.
        if (!SIGNS.has(error.code) && error.code !== 'ERR_TIMEOUT')
          return this.#works(attempt === 0 ? undefined : sinceMs, onUp);
        if (!this.#isDown && !signal.aborted) {
          this.#isDown = true;
          onDown?.(sinceMs, first);
        }
        const downMs = this.#nowMs() - sinceMs - (gate.closedMs - closedBeforeMs);
        const leftMs = (givingUp?.longestMs(hasAnswered) ?? Number.POSITIVE_INFINITY) - downMs;
        if (leftMs <= 0 && (await givingUp!.isRight(error))) {
          this.#isDown = false;
          givingUp!.onGivenUp(sinceMs, error);
          return 'request';
        }
        const waitMs = backoffMs(attempt + PROBE_BACKOFF_OFFSET, random);
        await sleep(leftMs > 0 ? Math.min(leftMs, waitMs) : waitMs, signal).catch(() => {});
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
