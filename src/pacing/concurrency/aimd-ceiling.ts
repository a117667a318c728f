/**
 * How many requests at once a throttling server accepts. Additive increase, multiplicative decrease, as in TCP (D.-M.
 * Chiu and R. Jain, Computer Networks and ISDN Systems 17, 1989), with a plateau just below the refused number, as in
 * CUBIC (RFC 9438, 4.1). Example: a server accepts 20 requests and refuses 21. Then Sluice tries 21 less and less
 * often. Where the server refuses at any number, there is no plateau.
 */

/** Pauses after failed tries take at most a twentieth of the time. */
const PAUSES_BETWEEN_TRIES = 20;
/** That factor grows up to four times when tries fail: an hour and more after bans of a minute. */
const LONGEST_WAIT = 4;
/** After this many refusals in a row the server accepts less than before. */
const MISFITS = 3;
/** The longest plateau, in turns. A turn is as many requests as go out at once. */
const LONGEST_PLATEAU = 1_024;

export interface AimdCeilingOptions {
  /** The highest limit. */
  max: number;
  /** Monotonic clock. */
  nowMs: () => number;
}

export class AimdCeiling {
  #max: number;
  readonly #nowMs: () => number;
  /** A fraction, so that many small steps down add up. */
  #limit: number;
  /** The lowest number that was refused, if refusals depend on the number. */
  #refusedAt = Number.POSITIVE_INFINITY;
  /** The highest number that the server served for a turn without a refusal. */
  #borne = 0;
  /** Refusals in a row, without a turn in between, at a number that was served before. */
  #misfits = 0;
  /** Turns to stay below the refused number before the next try; 0 = no refused number. */
  #plateau = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Requests served since the limit changed. */
  #served = 0;

  constructor({ max, nowMs }: AimdCeilingOptions) {
    this.#max = max;
    this.#nowMs = nowMs;
    this.#limit = max;
  }

  /** Changes the highest limit. What the server has refused stays known. */
  set max(max: number) {
    // A ceiling that no refusal has lowered rises at once; else it rises step by step.
    this.#limit = this.#limit >= this.#max ? max : Math.min(this.#limit, max);
    this.#max = max;
  }

  get limit(): number {
    // Rounding up must not reach the refused number.
    const isPlateau = this.#limit < this.#refusedAt && this.#refusedAt !== Number.POSITIVE_INFINITY;
    return Math.max(1, isPlateau ? Math.floor(this.#limit) : Math.round(this.#limit));
  }

  /**
   * The server refused a request.
   *
   * @param allowed the limit when the request went out
   * @param refusedShare share of refused requests lately
   * @param pauseMs the pause that the server asks for; 0 = none
   */
  refused(allowed: number, refusedShare: number, pauseMs: number): void {
    // If the server served this number before, it refuses for another reason than the number, or it accepts less now.
    const isTooMany = allowed > this.#borne;
    this.#plateau = isTooMany ? Math.min(LONGEST_PLATEAU, Math.max(1, 2 * this.#plateau)) : this.#plateau >> 2;
    this.#misfits = isTooMany ? 0 : this.#misfits + 1;
    if (this.#misfits >= MISFITS) this.#borne = Math.min(this.#borne, allowed - 1);
    this.#refusedAt = this.#plateau === 0 ? Number.POSITIVE_INFINITY : allowed;
    const pauses = PAUSES_BETWEEN_TRIES * Math.min(this.#plateau, LONGEST_WAIT);
    this.#notBeforeMs = this.#nowMs() + pauses * pauseMs;
    const from = isTooMany ? Math.min(this.#limit, allowed) : this.#limit;
    this.#limit = Math.max(1, from * (1 - refusedShare / 2));
    this.#served = 0;
  }

  /**
   * The server served a request while `allowed` could go out. After a turn the limit grows by one. Returns whether the
   * limit changed.
   */
  served(allowed: number): boolean {
    const { limit } = this;
    if (limit >= this.#max) return false;
    // If refusals depend on the number, fewer requests than the limit prove nothing about more.
    if (allowed < limit && this.#refusedAt !== Number.POSITIVE_INFINITY) return false;
    this.#served++;
    if (this.#served < limit) return false;
    this.#borne = Math.max(this.#borne, Math.min(allowed, limit));
    this.#misfits = 0;
    if (limit >= this.#refusedAt) this.#refusedAt = Number.POSITIVE_INFINITY;
    const isTry = limit + 1 >= this.#refusedAt;
    if (isTry && (this.#served < limit * this.#plateau || this.#nowMs() < this.#notBeforeMs)) return false;
    this.#served = 0;
    this.#limit = limit + 1;
    return true;
  }
}
