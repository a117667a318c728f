/** How often the run may be changed: each change is a line in the log and a picture for every viewer. */

/** At once; a person does not do more. */
const MOST = 20;
/** After so long there is one more. */
const EACH_MS = 1_000;

export class ChangeBudget {
  readonly #nowMs: () => number;
  #left = MOST;
  #sinceMs: number;

  /** `nowMs`: a monotonic clock. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
  }

  get isSpent(): boolean {
    const more = Math.floor((this.#nowMs() - this.#sinceMs) / EACH_MS);
    this.#left = Math.min(MOST, this.#left + more);
    this.#sinceMs += more * EACH_MS;
    return this.#left === 0;
  }

  /** The run was changed. */
  spend(): void {
    this.#left = Math.max(0, this.#left - 1);
  }
}
