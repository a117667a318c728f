/** Opens and closes the way for all requests of a run at once: a user pauses the run, and lets it go on. */

export interface GateOptions {
  /** After it aborts the gate is open for good. */
  signal: AbortSignal;
  /** Monotonic clock. */
  nowMs?: () => number;
}

export class Gate {
  readonly #signal: AbortSignal;
  readonly #nowMs: () => number;
  /** Shared by all requests that wait. */
  #opening: Promise<void> | undefined;
  #open = () => {};
  #closedAtMs = 0;
  #beganMs = 0;
  #closedMs = 0;

  constructor({ signal, nowMs = () => performance.now() }: GateOptions) {
    this.#signal = signal;
    this.#nowMs = nowMs;
    signal.addEventListener('abort', () => this.open(), { once: true });
  }

  get isOpen(): boolean {
    return this.#opening === undefined;
  }

  /** Since when it is closed; wall clock. Undefined while it is open. */
  get closedAtMs(): number | undefined {
    return this.isOpen ? undefined : this.#closedAtMs;
  }

  /** How long it was closed in all, in milliseconds; the present time only counts once it is over. */
  get closedMs(): number {
    return this.#closedMs;
  }

  /** Resolves once it is open. */
  async opened(): Promise<void> {
    while (this.#opening !== undefined) await this.#opening;
  }

  /** Returns false if it is closed already, or is open for good. */
  close(): boolean {
    if (!this.isOpen || this.#signal.aborted) return false;
    this.#closedAtMs = Date.now();
    this.#beganMs = this.#nowMs();
    this.#opening = new Promise((resolve) => {
      this.#open = resolve;
    });
    return true;
  }

  /** Returns false if it is open already. */
  open(): boolean {
    if (this.isOpen) return false;
    this.#closedMs += this.#nowMs() - this.#beganMs;
    this.#opening = undefined;
    this.#open();
    return true;
  }
}

/** For parts that no user pauses. */
export const ALWAYS_OPEN: Pick<Gate, 'isOpen' | 'opened' | 'closedMs'> = {
  isOpen: true,
  opened: async () => {},
  closedMs: 0,
};
