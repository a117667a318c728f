/** The server's clock, taken from its Date header when this machine's clock is wrong. */

import { parseHttpDate } from '../../model/time.js';

/**
 * A smaller difference comes from the network, not from the clock. A signature is valid for 30 minutes before and
 * after.
 */
const TOLERANCE_MS = 60_000;

export class ServerClock {
  #offsetMs = 0;
  #second = 0;
  #date = '';
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** The Date header for a request that is sent now; formatted once a second. */
  date(): string {
    const second = Math.floor((this.#nowMs() + this.#offsetMs) / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = new Date(second * 1000).toUTCString();
    }
    return this.#date;
  }

  /**
   * Compares the Date of a reply with the Date in its request. If they are far apart, adopts the server's time. Returns
   * whether they were, so that signing again is worth a try.
   */
  learn(replyDate: string | undefined, signedDate: string): boolean {
    const serverMs = replyDate === undefined ? Number.NaN : parseHttpDate(replyDate);
    if (Number.isNaN(serverMs) || Math.abs(serverMs - Date.parse(signedDate)) <= TOLERANCE_MS) return false;
    this.#offsetMs = serverMs - this.#nowMs();
    return true;
  }
}
