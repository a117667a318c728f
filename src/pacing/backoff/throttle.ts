/**
 * The slow-down of the whole process. A server that answers "too many requests" speaks of all of them: everyone pauses,
 * and afterwards fewer requests go out at once. How far down, and for how long, follows from the share of requests that
 * were refused lately, as in DCTCP (M. Alizadeh et al., SIGCOMM 2010): one refusal among a hundred answers is no reason
 * to halve the speed.
 */

import { sleep } from '../../lib/waiting/sleep.js';
import type { Concurrency } from '../concurrency/concurrency.js';
import { backoffMs } from './backoff.js';
import { type Ban, MAX_PAUSE_MS } from './ban.js';

/** Without a Retry-After no pause is longer than this. */
const PAUSE_CAP_MS = 5_000;
/** Weight of the newest share: a few refusals tell, one does not. */
const SHARE_GAIN = 0.25;

export interface ThrottleOptions {
  /** What goes down and up again. */
  concurrency: Pick<Concurrency, 'served' | 'refused' | 'interrupted'>;
  /** Shared with others who ask the same server. @default nobody is ever banned */
  ban?: Ban | undefined;
  /** Pauses in a row without a single success after which waiting makes no sense any more. */
  patience: number;
  /** Once aborted nobody waits any more. */
  signal: AbortSignal;
  /** By a clock that nobody sets. */
  nowMs?: () => number;
  random?: () => number;
}

export class Throttle {
  readonly #concurrency: ThrottleOptions['concurrency'];
  readonly #ban: Ban | undefined;
  readonly #patience: number;
  readonly #signal: AbortSignal;
  readonly #nowMs: () => number;
  readonly #random: () => number;
  #untilMs = Number.NEGATIVE_INFINITY;
  /** Shared by all who wait: one timer, however many they are. */
  #opening: Promise<void> | undefined;
  /** Number of the current pause; a request that began before it says nothing new. */
  #epoch = 0;
  #pausesInARow = 0;
  /** Of the answers between two pauses, how many were refusals, on a moving average. Unknown is the worst. */
  #refusedShare = 1;
  #served = 0;

  constructor({ concurrency, ban, patience, signal, nowMs, random }: ThrottleOptions) {
    this.#concurrency = concurrency;
    this.#ban = ban;
    this.#patience = patience;
    this.#signal = signal;
    this.#nowMs = nowMs ?? (() => performance.now());
    this.#random = random ?? Math.random;
  }

  get isOpen(): boolean {
    return this.#signal.aborted || (this.#nowMs() >= this.#untilMs && !this.#ban?.closedForMs);
  }

  /** How long it stays closed, as far as is known now. */
  get closedForMs(): number {
    return this.isOpen ? 0 : Math.max(this.#untilMs - this.#nowMs(), this.#ban?.closedForMs ?? 0);
  }

  /** Nothing has succeeded for so long that an object which is refused now need not be tried again. */
  get isExhausted(): boolean {
    return this.#pausesInARow > this.#patience;
  }

  /** Resolves once requests may go out. */
  opened(): Promise<void> {
    this.#opening ??= this.#wait().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** To be handed to `refused` by the request that begins now. */
  begin(): number {
    return this.#epoch;
  }

  /** A request was answered with "you are banned": everyone stops who asks that server. */
  banned(begun: number, retryAfterMs?: number): void {
    this.#ban?.declared(retryAfterMs);
    this.refused(begun, this.#ban?.closedForMs ?? retryAfterMs);
  }

  /** A request was answered with "slow down". */
  refused(begun: number, retryAfterMs = 0): void {
    const asked = this.#nowMs() + Math.min(retryAfterMs, MAX_PAUSE_MS);
    if (begun === this.#epoch && !this.isExhausted) {
      this.#epoch++;
      this.#pausesInARow++;
      this.#refusedShare += SHARE_GAIN * (1 / (this.#served + 1) - this.#refusedShare);
      this.#served = 0;
      this.#concurrency.refused(this.#refusedShare, Math.min(retryAfterMs, MAX_PAUSE_MS));
      // Where every second request is refused it is as long as it would be if all were.
      const pauseShare = Math.min(1, 2 * this.#refusedShare);
      const pauseMs = pauseShare * Math.min(PAUSE_CAP_MS, backoffMs(this.#pausesInARow, this.#random));
      this.#close(this.#nowMs() + pauseMs);
    }
    if (!this.isExhausted) this.#close(asked);
  }

  /** This machine, and no server, has had enough: after a pause half as many go out. Whether it did not pause already. */
  exhausted(pauseMs: number): boolean {
    if (!this.isOpen) return false;
    this.#epoch++;
    this.#served = 0;
    this.#concurrency.refused(1, pauseMs);
    this.#close(this.#nowMs() + pauseMs);
    return true;
  }

  /** A request was served. */
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
