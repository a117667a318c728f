/** What one fetch may use: a connection while bytes arrive, memory until they are on the disk. */

import { Budget } from '../flow/budget.js';
import type { Concurrency } from '../flow/concurrency.js';
import { Hanging } from '../flow/hanging.js';
import type { Progress } from '../flow/round.js';
import { Silence } from '../flow/silence.js';
import { WHOLE_BODY_BYTES } from '../http/exchange.js';

export interface Permit {
  /** Waits for a connection, unless there is one already. */
  takeConnection(): Promise<void>;
  /** From now on the server has to answer, or to send more. */
  expect(): void;
  /** It has. */
  got(): void;
  /** The body has arrived: the next request may use the connection. */
  releaseConnection(): void;
  /** Nothing is held any more. Releases the connection too, if that has not happened. */
  release(): void;
}

/** Of one permit: none; counted; or not counted any more, since it hangs. */
interface Place {
  connection: 'none' | 'held' | 'hanging';
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
  readonly #hanging: Hanging<Place>;
  #hangingCount = 0;
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
    this.#hanging = new Hanging({
      isWanted: () => this.connections.waiting > 0,
      onHanging: (place) => this.#leave(place),
    });
    concurrency.onChange = (limit) => {
      this.connections.resize(limit);
      this.onGrowth?.();
    };
  }

  /** Connections that are taken and do not count, since nothing comes. */
  get hanging(): number {
    return this.#hangingCount;
  }

  /** To be told before the connection is released. */
  moved(progress: Omit<Progress, 'isFull'>): void {
    this.#silence.broken();
    if (progress.tookMs !== undefined && !progress.isFailure) this.#hanging.answered(progress.tookMs);
    const isFull = this.connections.inUse >= this.connections.capacity;
    this.concurrency.moved({ ...progress, isFull });
  }

  /** Memory for the body, no connection yet. A larger body flows in pieces and holds less than a whole one of the largest size; an unknown size counts as that. */
  async acquire(sizeBytes: number | undefined): Promise<Permit> {
    const bytes = await this.bytes.acquire(Math.min(sizeBytes ?? WHOLE_BODY_BYTES, WHOLE_BODY_BYTES));
    const place: Place = { connection: 'none' };
    let isHeld = true;
    const releaseConnection = () => {
      this.#hanging.forget(place);
      if (place.connection === 'held') this.connections.release(1);
      if (place.connection === 'hanging') this.#hangingCount--;
      place.connection = 'none';
    };
    return {
      takeConnection: async () => {
        if (place.connection !== 'none' || !isHeld) return;
        await this.#takeConnection();
        place.connection = 'held';
        // Given back meanwhile: nobody will do so again.
        if (!isHeld) releaseConnection();
      },
      expect: () => this.#hanging.expect(place),
      got: () => {
        this.#hanging.forget(place);
        this.#returnTo(place);
      },
      releaseConnection,
      release: () => {
        releaseConnection();
        if (isHeld) this.bytes.release(bytes);
        isHeld = false;
      },
    };
  }

  #takeConnection(): Promise<number> | number {
    const connection = this.connections.acquire(1);
    if (connection instanceof Promise) {
      this.#silence.watch();
      this.#hanging.watch();
    }
    return connection;
  }

  /** It hangs: somebody else may use its place, as long as there are connections. */
  #leave(place: Place): void {
    if (place.connection !== 'held' || this.#hangingCount + this.connections.capacity >= this.concurrency.max) return;
    place.connection = 'hanging';
    this.#hangingCount++;
    this.connections.release(1);
    this.onGrowth?.();
  }

  /** It has moved after all. */
  #returnTo(place: Place): void {
    if (place.connection !== 'hanging') return;
    place.connection = 'held';
    this.#hangingCount--;
    this.connections.take(1);
  }
}
