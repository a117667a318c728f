/**
 * Whether connections are kept for the next request. Some servers close each one after its answer without saying so, and a
 * request that is on its way just then is sent in vain: after a few of these in a row nothing is kept for a while, ever
 * longer as long as the next try is in vain, too.
 */

/** In a row, without an answer on a kept connection: a server that closes what has been silent for long does that now and then. */
const DROPS_LIMIT = 3;
/** Requests on connections of their own before a kept one is tried again. */
const FIRST_REST = 100;
const LONGEST_REST = 100_000;

export class Reuse {
  #drops = 0;
  #rest = FIRST_REST;
  /** Requests that are still to go out on connections of their own. */
  #left = 0;

  /** Whether a connection may be used again. */
  get isWorthIt(): boolean {
    return this.#left === 0;
  }

  /** An answer has come. */
  answered(isKept: boolean): void {
    if (this.#left > 0) this.#left--;
    if (!isKept) return;
    this.#drops = 0;
    this.#rest = FIRST_REST;
  }

  /** A kept connection was closed instead of an answer. */
  dropped(): void {
    this.#drops++;
    if (this.#drops < DROPS_LIMIT || this.#left > 0) return;
    // The next one in vain is enough.
    this.#drops = DROPS_LIMIT - 1;
    this.#left = this.#rest;
    this.#rest = Math.min(2 * this.#rest, LONGEST_REST);
  }
}

/** What a connection fails with that the other side has closed. (Silence until a timeout is another matter.) */
const CLOSED: ReadonlySet<unknown> = new Set(['WIRE_CLOSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET']);

export function isClosing(error: Error): boolean {
  return CLOSED.has((error as NodeJS.ErrnoException).code);
}
