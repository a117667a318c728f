/**
 * The byte rate for a server that refuses requests for their bandwidth. After such a refusal Sluice goes below the rate at that
 * moment, then raises it step by step. Additive increase, multiplicative decrease (AIMD).
 */
import type { RateLimit } from './rate-limit.js';

/** Share of the measured rate that remains after a refusal. */
const KEPT_SHARE = 0.7;
/** The rate grows by this share of the refused rate per second without a refusal. */
const GROWTH_SHARE = 0.02;
/** At this multiple of the refused rate the cap is removed. */
const FORGOTTEN_AT = 2;
/** A slower rate would look like a hanging line. */
const LEAST_BYTES_PER_SECOND = 16 * 1024;
/** Refusals within this time count once. */
const WINDOW_MS = 1_000;

export class Bandwidth {
  readonly #bytes: Pick<RateLimit, 'cap'>;
  readonly #nowMs: () => number;
  #windowMs: number;
  #arrived = 0;
  /** In the last complete window. */
  #bytesPerSecond = 0;
  #cap: number | undefined;
  #refusedRate = 0;
  #changedMs = Number.NEGATIVE_INFINITY;
  #refusedMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` is a monotonic clock. */
  constructor(bytes: Pick<RateLimit, 'cap'>, nowMs: () => number = () => performance.now()) {
    this.#bytes = bytes;
    this.#nowMs = nowMs;
    this.#windowMs = nowMs();
  }

  arrived(bytes: number): void {
    const nowMs = this.#nowMs();
    this.#arrived += bytes;
    const elapsedMs = nowMs - this.#windowMs;
    if (elapsedMs < WINDOW_MS) return;
    this.#bytesPerSecond = (1000 * this.#arrived) / elapsedMs;
    this.#arrived = 0;
    this.#windowMs = nowMs;
    if (this.#cap !== undefined && nowMs - this.#changedMs >= WINDOW_MS) this.#grow(this.#cap, nowMs);
  }

  /** The server says that the bandwidth is too high. */
  refused(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#refusedMs < WINDOW_MS) return;
    this.#refusedMs = nowMs;
    const elapsedMs = nowMs - this.#windowMs;
    // Before the first window is complete, its part so far must serve.
    const lately = this.#bytesPerSecond || (1000 * this.#arrived) / Math.max(WINDOW_MS / 10, elapsedMs);
    this.#refusedRate = Math.max(LEAST_BYTES_PER_SECOND, Math.min(lately, this.#cap ?? Number.POSITIVE_INFINITY));
    this.#set(Math.max(LEAST_BYTES_PER_SECOND, KEPT_SHARE * this.#refusedRate), nowMs);
  }

  #grow(cap: number, nowMs: number): void {
    const grown = cap + (GROWTH_SHARE * this.#refusedRate * (nowMs - this.#changedMs)) / 1000;
    this.#set(grown >= FORGOTTEN_AT * this.#refusedRate ? undefined : grown, nowMs);
  }

  #set(cap: number | undefined, nowMs: number): void {
    this.#cap = cap;
    this.#changedMs = nowMs;
    this.#bytes.cap(cap);
  }
}
