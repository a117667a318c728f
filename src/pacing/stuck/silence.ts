/**
 * Requests that hang must not hold up the others for as long as they take to time out: while someone waits for a
 * connection and nothing whatsoever moves on those that are taken, more of them are allowed, little by little.
 */

/** Longer than a busy server takes for an answer. */
const SILENCE_MS = 1_000;

export interface SilenceOptions {
  /** Whether anyone waits for a connection, and not for anything else. */
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

  /** Something has moved. */
  broken(): void {
    this.#hasMoved = true;
  }

  /** Someone begins to wait. */
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
