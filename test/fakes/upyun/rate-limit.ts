// The limit on API calls: a token bucket that answers 429 when empty, and bans those who do not slow down.

import type { RequestKind, View } from '../wire/request-log.js';

/** 01 too many, 02 same uri, 03 same bucket, 04 banned, 05 bandwidth, 06 too many signature checks. */
export type ThrottleCode = 42900001 | 42900002 | 42900003 | 42900004 | 42900005 | 42900006;

export interface RateLimit {
  /** @default any number */
  readonly requestsPerSecond?: number;
  /** Requests of a kind under way at once; what comes above is refused as it arrives. @default any number */
  readonly mostAtOnce?: number;
  /** Size of the bucket. @default one second's worth, at least 1 */
  readonly burst?: number;
  /** @default 42900001 */
  readonly code?: ThrottleCode;
  /** After so many refusals in a row comes a ban, with code 42900004. @default never */
  readonly banAfter?: number;
  /** @default 60_000 */
  readonly banMs?: number;
  /** Sent as Retry-After. Upyun documents none. */
  readonly retryAfterSeconds?: number;
  /** @default all kinds */
  readonly kinds?: readonly RequestKind[];
  /** The CDN has no such limit. @default ['rest'] */
  readonly views?: readonly View[];
}

const BANNED: ThrottleCode = 42900004;

export class RateLimiter {
  readonly limit: RateLimit;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number | undefined;
  #refusals = 0;
  #bannedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(limit: RateLimit) {
    this.limit = limit;
    this.#burst = limit.burst ?? Math.max(1, limit.requestsPerSecond ?? Infinity);
    this.#tokens = this.#burst;
  }

  /** The code to refuse a request with that has just arrived, `underWay` of its kind with it. */
  crowding(kind: RequestKind, view: View, { nowMs, underWay }: { nowMs: number; underWay: number }) {
    const { mostAtOnce = Infinity } = this.limit;
    return this.#isMeant(kind, view) && underWay > mostAtOnce ? this.#refuse(nowMs) : undefined;
  }

  /** The code to refuse with, or `undefined` when the request may pass. */
  refusal(kind: RequestKind, view: View, nowMs: number): ThrottleCode | undefined {
    if (!this.#isMeant(kind, view)) return undefined;
    if (nowMs < this.#bannedUntilMs) return BANNED;
    this.#refill(nowMs);
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      this.#refusals = 0;
      return undefined;
    }
    return this.#refuse(nowMs);
  }

  #isMeant(kind: RequestKind, view: View): boolean {
    const { kinds, views = ['rest'] } = this.limit;
    return views.includes(view) && (kinds === undefined || kinds.includes(kind));
  }

  #refuse(nowMs: number): ThrottleCode {
    const { code = 42900001, banAfter = Infinity, banMs = 60_000 } = this.limit;
    this.#refusals += 1;
    if (this.#refusals < banAfter) return code;
    this.#refusals = 0;
    this.#bannedUntilMs = nowMs + banMs;
    return BANNED;
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - (this.#filledAtMs ?? nowMs));
    const { requestsPerSecond = Infinity } = this.limit;
    const filled = requestsPerSecond === Infinity ? Infinity : this.#tokens + (elapsedMs / 1000) * requestsPerSecond;
    this.#tokens = Math.min(this.#burst, filled);
    this.#filledAtMs = nowMs;
  }
}
