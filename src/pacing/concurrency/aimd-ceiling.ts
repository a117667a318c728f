/**
 * How many requests at once a server bears that has asked to slow down. Additive increase, multiplicative decrease, as
 * in TCP (D.-M. Chiu and R. Jain, Computer Networks and ISDN Systems 17, 1989), with a plateau just below the number
 * that was refused, as in CUBIC (RFC 9438, 4.1): a server that bears twenty and not twenty-one is asked again for
 * twenty-one ever more seldom. Where refusals come at any number, there is no plateau.
 */

/** A try that was answered with a pause may cost a twentieth of the time. */
const PAUSES_BETWEEN_TRIES = 20;
/** That becomes up to four times as much when tries are in vain: an hour and more after bans of a minute. */
const LONGEST_WAIT = 4;
/** So many refusals in a row say that the server bears less than it did. */
const MISFITS = 3;
/** The longest plateau, in turns of as many requests as go out at once. */
const LONGEST_PLATEAU = 1_024;

export interface CeilingOptions {
  /** Never more than this. */
  max: number;
  /** By a clock that nobody sets. */
  nowMs: () => number;
}

export class AimdCeiling {
  readonly #max: number;
  readonly #nowMs: () => number;
  /** Not whole: many small steps down are a large one. */
  #limit: number;
  /** The least number that was refused, if refusals depend on the number at all. */
  #refusedAt = Number.POSITIVE_INFINITY;
  /** The highest number that was served for a turn without a refusal. */
  #borne = 0;
  /** Refusals in a row, without a turn in between, of a number that was borne before. */
  #misfits = 0;
  /** Turns to stay below the refused number before it is tried again; 0 = there is no such number. */
  #plateau = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Requests that were served since the limit changed. */
  #served = 0;

  constructor({ max, nowMs }: CeilingOptions) {
    this.#max = max;
    this.#nowMs = nowMs;
    this.#limit = max;
  }

  get limit(): number {
    // One that is refused is not to be rounded up to.
    const isPlateau = this.#limit < this.#refusedAt && this.#refusedAt !== Number.POSITIVE_INFINITY;
    return Math.max(1, isPlateau ? Math.floor(this.#limit) : Math.round(this.#limit));
  }

  /**
   * While so many were allowed, a request was refused.
   *
   * @param refusedShare of all requests lately
   * @param pauseMs what the server asked for; 0 = nothing
   */
  refused(allowed: number, refusedShare: number, pauseMs: number): void {
    // What was borne before and is refused now was refused for another reason than the number, or the server bears less now.
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

  /** A request was served while so many were allowed: one more at once after a turn of them. Whether that has changed the limit. */
  served(allowed: number): boolean {
    const { limit } = this;
    if (limit >= this.#max) return false;
    // Where the number matters, fewer than the limit say nothing about more.
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
