/** Whether a run has work, and whether it waits on purpose: what a watchdog has to know of parts that it does not see. */

export interface Vital {
  /** There is something to be done. */
  readonly isBusy: boolean;
  /** Nothing is to move for now: an outage, a server that asked for peace, a limit. */
  readonly isPaused: boolean;
}

export class Vitals {
  readonly #reads: (() => Vital)[] = [];

  add(read: () => Vital): void {
    this.#reads.push(read);
  }

  /** Something ought to move. */
  get isBusy(): boolean {
    const all = this.#reads.map((read) => read());
    return all.some(({ isBusy }) => isBusy) && !all.some(({ isPaused }) => isPaused);
  }
}
