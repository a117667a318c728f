/** What one fetch may use: a connection while bytes arrive, memory until they are on the disk. */

import { Budget } from '../flow/budget.js';
import type { Concurrency } from '../flow/concurrency.js';
import type { Progress } from '../flow/round.js';
import { Silence } from '../flow/silence.js';
import { WHOLE_BODY_BYTES } from '../http/exchange.js';

export interface Permit {
  /** Waits for a connection, unless there is one already. */
  takeConnection(): Promise<void>;
  /** The body has arrived: the next request may use the connection. */
  releaseConnection(): void;
  /** Nothing is held any more. Releases the connection too, if that has not happened. */
  release(): void;
}

export interface PermitsOptions {
  /** Of the requests at once. */
  concurrency: Concurrency;
  /** Memory for bodies. */
  bytes: number;
  /** Whether those who have a connection wait for something else. @default never */
  isPaused?: () => boolean;
}

export class Permits {
  readonly connections: Budget;
  readonly bytes: Budget;
  readonly concurrency: Concurrency;
  readonly #silence: Silence;
  /** To be called when there may be more connections than before. */
  onGrowth: (() => void) | undefined;

  constructor({ concurrency, bytes, isPaused = () => false }: PermitsOptions) {
    this.concurrency = concurrency;
    this.connections = new Budget(concurrency.limit);
    this.bytes = new Budget(bytes);
    this.#silence = new Silence({
      isWaiting: () => this.connections.waiting > 0 && !isPaused(),
      onSilence: () => concurrency.silent(),
    });
    concurrency.onChange = (limit) => {
      this.connections.resize(limit);
      this.onGrowth?.();
    };
  }

  /** To be told before the connection is released. */
  moved(progress: Omit<Progress, 'isFull'>): void {
    this.#silence.broken();
    const isFull = this.connections.inUse >= this.connections.capacity;
    this.concurrency.moved({ ...progress, isFull });
  }

  /** Memory for the body, no connection yet. A larger body flows in pieces and holds less than a whole one of the largest size; an unknown size counts as that. */
  async acquire(sizeBytes: number | undefined): Promise<Permit> {
    const bytes = await this.bytes.acquire(Math.min(sizeBytes ?? WHOLE_BODY_BYTES, WHOLE_BODY_BYTES));
    let hasConnection = false;
    let isHeld = true;
    const releaseConnection = () => {
      if (hasConnection) this.connections.release(1);
      hasConnection = false;
    };
    const release = () => {
      releaseConnection();
      if (isHeld) this.bytes.release(bytes);
      isHeld = false;
    };
    const takeConnection = async () => {
      if (hasConnection || !isHeld) return;
      const connection = this.connections.acquire(1);
      if (connection instanceof Promise) this.#silence.watch();
      await connection;
      hasConnection = true;
      // Given back meanwhile: nobody will do so again.
      if (!isHeld) releaseConnection();
    };
    return { takeConnection, releaseConnection, release };
  }
}
