/**
 * SIGHUP, from the first statement of the process on. Node gives each signal its default meaning back when it starts, also
 * where `nohup` had this one ignored: without a listener the process would die with the terminal.
 */
import type { EventEmitter } from 'node:events';

export class Hangups {
  #listener: (() => void) | undefined;
  #isPending = false;

  constructor(process: Pick<EventEmitter, 'on'>) {
    process.on('SIGHUP', () => this.#receive());
  }

  /** From now on that is done, also for a signal that has come while there was nothing to do. Gives what ends it. */
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
