/**
 * Throttles the whole process. When a server answers "too many requests", it means all requests: they all pause, and
 * afterwards fewer go out at once. How many fewer, and how long the pause is, depends on the share of requests that
 * were refused lately, as in DCTCP (M. Alizadeh et al., SIGCOMM 2010): one refusal in a hundred answers is no reason to
 * halve the speed.
 */

import { sleep } from '../../lib/waiting/sleep.js';
import type { Concurrency } from '../concurrency/concurrency.js';
import { backoffMs } from './backoff.js';
import { type Ban, MAX_PAUSE_MS } from './ban.js';

/** Without a Retry-After no pause is longer than this. */
const PAUSE_CAP_MS = 5_000;
/** Weight of the newest share: one refusal changes little, several change much. */
const SHARE_GAIN = 0.25;

export interface ThrottleOptions {
  /** The concurrency that this throttle lowers and raises. */
  concurrency: Pick<Concurrency, 'served' | 'refused' | 'interrupted'>;
  /** Shared by all pacers of the same server. @default none */
  ban?: Ban | undefined;
  /** The most pauses in a row without a success; then requests stop waiting. */
  maxPauses: number;
  /** After it aborts no request waits. */
  signal: AbortSignal;
  /** Monotonic clock. */
  nowMs?: () => number;
  random?: () => number;
}

export class Throttle {
  readonly #concurrency: ThrottleOptions['concurrency'];
  readonly #ban: Ban | undefined;
  readonly #maxPauses: number;
  readonly #signal: AbortSignal;
  readonly #nowMs: () => number;
  readonly #random: () => number;
  #untilMs = Number.NEGATIVE_INFINITY;
  /** Shared by all waiting requests: one timer for all. */
  #opening: Promise<void> | undefined;
  /** Number of the current pause. A refusal of a request that began before that pause adds nothing new. */
  #epoch = 0;
  #pausesInARow = 0;
  /** Moving average of the share of refusals between two pauses. The start value is the worst case. */
  #refusedShare = 1;
  #served = 0;

  constructor({ concurrency, ban, maxPauses, signal, nowMs, random }: ThrottleOptions) {
    this.#concurrency = concurrency;
    this.#ban = ban;
    this.#maxPauses = maxPauses;
    this.#signal = signal;
    this.#nowMs = nowMs ?? (() => performance.now());
    this.#random = random ?? Math.random;
  }

  get isOpen(): boolean {
    return this.#signal.aborted || (this.#nowMs() >= this.#untilMs && !this.#ban?.closedForMs);
  }

  /** How long the pause lasts, in milliseconds, by what is known now. */
  get closedForMs(): number {
    return this.isOpen ? 0 : Math.max(this.#untilMs - this.#nowMs(), this.#ban?.closedForMs ?? 0);
  }

  /** Whether nothing has succeeded for so long that a refused object is not worth a retry. */
  get isExhausted(): boolean {
    return this.#pausesInARow > this.#maxPauses;
  }

  /** Resolves once requests may go out. */
  opened(): Promise<void> {
    this.#opening ??= this.#wait().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** The epoch of a request that begins now; the caller passes it to `refused`. */
  begin(): number {
    return this.#epoch;
  }

  /** The server answered "you are banned": all requests to it stop. */
  banned(epoch: number, retryAfterMs?: number): void {
    this.#ban?.declared(retryAfterMs);
    this.refused(epoch, this.#ban?.closedForMs ?? retryAfterMs);
  }

  /** The server answered "slow down". */
  refused(epoch: number, retryAfterMs = 0): void {
    const asked = this.#nowMs() + Math.min(retryAfterMs, MAX_PAUSE_MS);
    if (epoch === this.#epoch && !this.isExhausted) {
      this.#epoch++;
      this.#pausesInARow++;
      this.#refusedShare += SHARE_GAIN * (1 / (this.#served + 1) - this.#refusedShare);
      this.#served = 0;
      this.#concurrency.refused(this.#refusedShare, Math.min(retryAfterMs, MAX_PAUSE_MS));
      // When half of the requests are refused, the pause is already as long as when all are.
      const pauseShare = Math.min(1, 2 * this.#refusedShare);
      const pauseMs = pauseShare * Math.min(PAUSE_CAP_MS, backoffMs(this.#pausesInARow, this.#random));
      this.#close(this.#nowMs() + pauseMs);
    }
    if (!this.isExhausted) this.#close(asked);
  }

  /**
   * This machine, not a server, is overloaded: all requests pause, then half as many go out. Returns false if they
   * pause already.
   */
  pauseForOverload(pauseMs: number): boolean {
    if (!this.isOpen) return false;
    this.#epoch++;
    this.#served = 0;
    this.#concurrency.refused(1, pauseMs);
    this.#close(this.#nowMs() + pauseMs);
    return true;
  }

  /** The server served a request. */
  succeeded(): void {
    this.#pausesInARow = 0;
    this.#ban?.succeeded();
    this.#served++;
    this.#concurrency.served();
  }

  async #wait(): Promise<void> {
    while (!this.isOpen) await sleep(this.closedForMs, this.#signal).catch(() => {});
  }

  #close(untilMs: number): void {
    const fromMs = Math.max(this.#untilMs, this.#nowMs());
    if (untilMs <= fromMs) return;
    this.#untilMs = untilMs;
    this.#concurrency.interrupted(untilMs - fromMs);
  }
}
