/**
 * Requests that hang must not block the others until they time out. While requests wait for a connection and no
 * connection in use receives anything, Sluice allows more connections, step by step.
 */

/** Longer than a busy server needs for an answer. */
const SILENCE_MS = 1_000;

export interface SilenceOptions {
  /** Whether a request waits for a connection, and for nothing else. */
  isWaiting: () => boolean;
  onSilence: () => void;
}

export class Silence {
  readonly #options: SilenceOptions;
  #timer: NodeJS.Timeout | undefined;
  #hasMoved = false;

  constructor(options: SilenceOptions) {
    this.#options = options;
  }

  /** A connection received something. */
  broken(): void {
    this.#hasMoved = true;
  }

  /** A request begins to wait. */
  watch(): void {
    this.#timer ??= setInterval(() => this.#look(), SILENCE_MS).unref();
  }

  #look(): void {
    if (!this.#options.isWaiting()) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (!this.#hasMoved) this.#options.onSilence();
    this.#hasMoved = false;
  }
}
