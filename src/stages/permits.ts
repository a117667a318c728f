/** What one fetch may use: a connection while bytes arrive, memory until they are on the disk. */

import { WHOLE_BODY_BYTES } from '../http/exchange.js';
import type { MemoryHolder } from '../lib/http1/transport.js';
import { Arena } from '../lib/md5/arena.js';
import { Budget } from '../pacing/concurrency/budget.js';
import type { Concurrency } from '../pacing/concurrency/concurrency.js';
import type { Progress } from '../pacing/concurrency/round.js';
import { Hanging } from '../pacing/stuck/hanging.js';
import { Silence } from '../pacing/stuck/silence.js';

/** Of one permit: none; counted; or not counted any more, since it hangs. */
export interface Place {
  connection: 'none' | 'held' | 'hanging';
}

/** What one fetch holds. */
export class Permit implements Place, MemoryHolder {
  connection: Place['connection'] = 'none';
  readonly #permits: Permits;
  readonly #bytes: number;
  #memory: Uint8Array<SharedArrayBuffer> | undefined;
  #isHeld = true;

  /** To be had by {@link Permits.acquire}. */
  constructor(permits: Permits, bytes: number) {
    this.#permits = permits;
    this.#bytes = bytes;
  }

  /** Waits for a connection, unless there is one already. */
  takeConnection(): Promise<void> | undefined {
    if (this.connection !== 'none' || !this.#isHeld) return undefined;
    return this.#permits.takeConnection(this)?.then(() => {
      // Given back meanwhile: nobody will do so again.
      if (!this.#isHeld) this.releaseConnection();
    });
  }

  /** From now on the server has to answer, or to send more. */
  expect(): void {
    this.#permits.expect(this);
  }

  /** It has. */
  got(): void {
    this.#permits.got(this);
  }

  /** Memory for the body until the permit is released; undefined = there is none here. */
  allocate(bytes: number): Uint8Array | undefined {
    this.#free();
    if (this.#isHeld) this.#memory = this.#permits.arena.allocate(bytes);
    return this.#memory;
  }

  /** The body lies in this memory of the arena's. */
  adopt(memory: Uint8Array<SharedArrayBuffer>): void {
    this.#free();
    this.#memory = memory;
    if (!this.#isHeld) this.#free();
  }

  /** The body has arrived: the next request may use the connection. */
  releaseConnection(): void {
    this.#permits.releaseConnection(this);
  }

  /** Nothing is held any more, and nobody uses the memory. Releases the connection too, if that has not happened. */
  release(): void {
    this.releaseConnection();
    this.#free();
    if (this.#isHeld) this.#permits.bytes.release(this.#bytes);
    this.#isHeld = false;
  }

  #free(): void {
    if (this.#memory !== undefined) this.#permits.arena.free(this.#memory);
    this.#memory = undefined;
  }
}

export interface PermitsOptions {
  /** Of the requests at once. */
  concurrency: Concurrency;
  /** Memory for bodies. */
  bytes: number;
  /** Where some of it is. @default elsewhere */
  arena?: Arena | undefined;
  /** Whether those who have a connection wait for something else. @default never */
  isPaused?: () => boolean;
}

export class Permits {
  readonly connections: Budget;
  readonly bytes: Budget;
  readonly arena: Arena;
  readonly concurrency: Concurrency;
  readonly #silence: Silence;
  readonly #hanging: Hanging<Place>;
  #hangingCount = 0;
  /** To be called when there may be more connections than before. */
  onGrowth: (() => void) | undefined;

  constructor({ concurrency, bytes, arena = new Arena(0), isPaused = () => false }: PermitsOptions) {
    this.concurrency = concurrency;
    this.connections = new Budget(concurrency.limit);
    this.bytes = new Budget(bytes);
    this.arena = arena;
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
  moved({ work, isFailure = false, tookMs }: Omit<Progress, 'isFull'>): void {
    this.#silence.broken();
    if (tookMs !== undefined && !isFailure) this.#hanging.answered(tookMs);
    const isFull = this.connections.inUse >= this.connections.capacity;
    this.concurrency.moved({ work, isFull, isFailure, tookMs });
  }

  /** Memory for the body, no connection yet. A larger body flows in pieces and holds less than a whole one of the largest size; an unknown size counts as that. */
  acquire(sizeBytes: number | undefined): Promise<Permit> | Permit {
    const bytes = this.bytes.acquire(Math.min(sizeBytes ?? WHOLE_BODY_BYTES, WHOLE_BODY_BYTES));
    return typeof bytes === 'number' ? new Permit(this, bytes) : bytes.then((taken) => new Permit(this, taken));
  }

  /** Waits for a connection where there is none. */
  takeConnection(place: Place): Promise<void> | undefined {
    const connection = this.connections.acquire(1);
    const taken = () => {
      place.connection = 'held';
    };
    if (!(connection instanceof Promise)) return void taken();
    this.#silence.watch();
    this.#hanging.watch();
    return connection.then(taken);
  }

  expect(place: Place): void {
    this.#hanging.expect(place);
  }

  got(place: Place): void {
    this.#hanging.forget(place);
    if (place.connection === 'hanging') this.#returnTo(place);
  }

  releaseConnection(place: Place): void {
    this.#hanging.forget(place);
    if (place.connection === 'held') this.connections.release(1);
    if (place.connection === 'hanging') this.#hangingCount--;
    place.connection = 'none';
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
    place.connection = 'held';
    this.#hangingCount--;
    this.connections.take(1);
  }
}
