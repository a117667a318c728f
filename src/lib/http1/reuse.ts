/**
 * Decides whether connections are kept for the next request. Some servers close every connection after its answer
 * without saying so. A request sent at that moment is lost. After a few lost requests in a row it keeps no
 * connection for a while. That time grows with each failed try.
 */

/**
 * Lost requests in a row, without an answer on a kept connection. A server that closes silent connections causes a few.
 */
const DROPS_LIMIT = 3;
/** Requests on new connections before the next try to keep one. */
const FIRST_REST = 100;
const LONGEST_REST = 100_000;

export class Reuse {
  #drops = 0;
  #rest = FIRST_REST;
  /** Requests that still go out on new connections. */
  #left = 0;

  /** Whether a connection may be used again. */
  get isWorthIt(): boolean {
    return this.#left === 0;
  }

  /** An answer arrived. */
  answered(isKept: boolean): void {
    if (this.#left > 0) this.#left--;
    if (!isKept) return;
    this.#drops = 0;
    this.#rest = FIRST_REST;
  }

  /** The server closed a kept connection instead of answering. */
  dropped(): void {
    this.#drops++;
    if (this.#drops < DROPS_LIMIT || this.#left > 0) return;
    // From now on one lost request is enough.
    this.#drops = DROPS_LIMIT - 1;
    this.#left = this.#rest;
    this.#rest = Math.min(2 * this.#rest, LONGEST_REST);
  }
}

/** Error codes that mean that the other side closed the connection. (A timeout is a different case.) */
const CLOSED: ReadonlySet<unknown> = new Set(['WIRE_CLOSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET']);

export function isClosing(error: Error): boolean {
  return CLOSED.has((error as NodeJS.ErrnoException).code);
}
