/**
 * The byte rate of a server that complains of it: below what was arriving when it did, and up again bit by bit. Additive
 * increase, multiplicative decrease.
 */
import type { RateLimit } from './rate-limit.js';

/** What is kept of the rate at which bytes were arriving. */
const KEPT_SHARE = 0.7;
/** Each second without a complaint gives back so much of the rate that was complained of. */
const GROWTH_SHARE = 0.02;
/** At twice that rate the complaint is forgotten. */
const FORGOTTEN_AT = 2;
/** Slower than this it could not be told from a line that hangs. */
const LEAST_BYTES_PER_SECOND = 16 * 1024;
/** Complaints within this time are one. */
const WINDOW_MS = 1_000;

export class Bandwidth {
  readonly #bytes: Pick<RateLimit, 'cap'>;
  readonly #nowMs: () => number;
  #windowMs: number;
  #arrived = 0;
  /** In the last whole window. */
  #bytesPerSecond = 0;
  #cap: number | undefined;
  #complainedOf = 0;
  #changedMs = Number.NEGATIVE_INFINITY;
  #refusedMs = Number.NEGATIVE_INFINITY;

  /** By a clock that nobody sets. */
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

  /** The server says that it is too much. */
  refused(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#refusedMs < WINDOW_MS) return;
    this.#refusedMs = nowMs;
    const elapsedMs = nowMs - this.#windowMs;
    // Before the first window is over, what has come in it has to do.
    const lately = this.#bytesPerSecond || (1000 * this.#arrived) / Math.max(WINDOW_MS / 10, elapsedMs);
    this.#complainedOf = Math.max(LEAST_BYTES_PER_SECOND, Math.min(lately, this.#cap ?? Number.POSITIVE_INFINITY));
    this.#set(Math.max(LEAST_BYTES_PER_SECOND, KEPT_SHARE * this.#complainedOf), nowMs);
  }

  #grow(cap: number, nowMs: number): void {
    const grown = cap + (GROWTH_SHARE * this.#complainedOf * (nowMs - this.#changedMs)) / 1000;
    this.#set(grown >= FORGOTTEN_AT * this.#complainedOf ? undefined : grown, nowMs);
  }

  #set(cap: number | undefined, nowMs: number): void {
    this.#cap = cap;
    this.#changedMs = nowMs;
    this.#bytes.cap(cap);
  }
}
