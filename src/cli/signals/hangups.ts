/**
 * Listens for SIGHUP from the first statement of the process. Node resets each signal to its default action when it
 * starts, even if `nohup` ignored this one. Without a listener the process would die with the terminal.
 */
import type { EventEmitter } from 'node:events';

export class Hangups {
  #listener: (() => void) | undefined;
  #isPending = false;

  constructor(process: Pick<EventEmitter, 'on'>) {
    process.on('SIGHUP', () => this.#receive());
  }

  /**
   * Calls `listener` for each signal from now on, and for a signal that came before. Returns a function that ends this.
   */
  listen(listener: () => void): () => void {
    this.#listener = listener;
    if (this.#isPending) this.#receive();
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  #receive(): void {
    this.#isPending = this.#listener === undefined;
    this.#listener?.();
  }
}
