/**
 * Tells the watchdog whether a run has work, and whether it waits on purpose. Each part of the run reports for itself.
 */

export interface Vital {
  /** There is work to do. */
  readonly isBusy: boolean;
  /** Nothing should move now: an outage, a throttle, a limit. */
  readonly isPaused: boolean;
  /** Grows with each unit of work done that nothing else counts. @default 0 */
  readonly progress?: number;
}

export class Vitals {
  readonly #reads: (() => Vital)[] = [];

  add(read: () => Vital): void {
    this.#reads.push(read);
  }

  /** Whether something should move now. */
  get isBusy(): boolean {
    const all = this.#reads.map((read) => read());
    return all.some(({ isBusy }) => isBusy) && !all.some(({ isPaused }) => isPaused);
  }

  get progress(): number {
    return this.#reads.reduce((sum, read) => sum + (read().progress ?? 0), 0);
  }
}
