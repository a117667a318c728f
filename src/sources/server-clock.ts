/** The server's clock, taken from its Date header when this machine's clock is wrong. For sources that sign requests. */
import { parseHttpDate } from '../model/time.js';

/**
 * A smaller difference comes from the network, not from the clock. A signature is valid for 15 minutes before and after (AWS),
 * or 30 (Upyun).
 */
const TOLERANCE_MS = 60_000;

/** How a scheme writes the date that it signs: `write` takes a whole second, `read` is its inverse. */
export interface DateForm {
  write(ms: number): string;
  read(date: string): number;
}

/** `Wed, 09 Nov 2016 14:26:58 GMT` (RFC 9110, 5.6.7). */
export const HTTP_DATE: DateForm = { write: (ms) => new Date(ms).toUTCString(), read: (date) => Date.parse(date) };

/** `20130524T000000Z`. */
export const BASIC_DATE: DateForm = {
  write: (ms) => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`,
  read: (date) => Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3T$4:$5:$6')),
};

export class ServerClock {
  #offsetMs = 0;
  #second = 0;
  #date = '';
  readonly #form: DateForm;
  readonly #nowMs: () => number;

  constructor(form: DateForm, nowMs: () => number = Date.now) {
    this.#form = form;
    this.#nowMs = nowMs;
  }

  /** The date for a request that is sent now; formatted once a second. */
  date(): string {
    const second = Math.floor((this.#nowMs() + this.#offsetMs) / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = this.#form.write(second * 1000);
    }
    return this.#date;
  }

  /**
   * Compares the Date of a reply with the date that its request was signed with. If they are far apart, adopts the server's
   * time. Returns whether they were, so that signing again is worth a try: also where another request has learnt it
   * meanwhile.
   */
  learn(replyDate: string | undefined, signedDate: string): boolean {
    const serverMs = replyDate === undefined ? Number.NaN : parseHttpDate(replyDate);
    if (Number.isNaN(serverMs) || Math.abs(serverMs - this.#form.read(signedDate)) <= TOLERANCE_MS) return false;
    this.#offsetMs = serverMs - this.#nowMs();
    return true;
  }
}
