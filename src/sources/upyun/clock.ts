/** The server's clock, learnt from its Date header when ours turns out to be wrong. */

import { parseHttpDate } from '../../model/time.js';

/** Differences up to this are the network's, not the clock's; a signature is valid for 30 minutes either way. */
const TOLERANCE_MS = 60_000;

export class ServerClock {
  #offsetMs = 0;
  #second = 0;
  #date = '';
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** The Date header for a request sent now; formatted once a second. */
  date(): string {
    const second = Math.floor((this.#nowMs() + this.#offsetMs) / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = new Date(second * 1000).toUTCString();
    }
    return this.#date;
  }

  /**
   * Compares a reply's Date with the one that its request was signed with, and adopts the server's time when they are
   * far apart. Returns whether they were, that is, whether signing again is worth a try.
   */
  learn(replyDate: string | undefined, signedDate: string): boolean {
    const serverMs = replyDate === undefined ? Number.NaN : parseHttpDate(replyDate);
    if (Number.isNaN(serverMs) || Math.abs(serverMs - Date.parse(signedDate)) <= TOLERANCE_MS) return false;
    this.#offsetMs = serverMs - this.#nowMs();
    return true;
  }
}
