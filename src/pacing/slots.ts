/** Bounds the number of requests in flight and the memory of their bodies. */
import type { MemoryHolder } from '../lib/http1/transport.js';
import { Arena } from '../lib/md5/arena.js';
import { WHOLE_BODY_BYTES } from '../model/whole-body.js';
import { Budget } from './concurrency/budget.js';
import type { Concurrency } from './concurrency/concurrency.js';
import type { Progress } from './concurrency/round.js';
import type { Bandwidth } from './limits/bandwidth.js';
import type { RateLimit } from './limits/rate-limit.js';
import type { SlotsOptions } from './slots-options.js';
import { Hanging } from './stuck/hanging.js';
import { Silence } from './stuck/silence.js';

/** Connection of a slot: none; counted; or hanging and not counted. */
export interface Place {
  connection: 'none' | 'held' | 'hanging';
}

/** What one request holds: a connection while bytes arrive, and memory until the body is on the disk. */
export class Slot implements Place, MemoryHolder {
  connection: Place['connection'] = 'none';
  /** Bytes that the rate limit has granted. For a larger body the rest is requested piece by piece. */
  prepaidBytes = 0;
  readonly #slots: Slots;
  readonly #bytes: number;
  #memory: Uint8Array<SharedArrayBuffer> | undefined;
  #beganMs = 0;
  #isHeld = true;

  /** Created by {@link Slots.acquire}. */
  constructor(slots: Slots, bytes: number) {
    this.#slots = slots;
    this.#bytes = bytes;
  }

  /** Waits for a connection, unless the slot has one. */
  takeConnection(): Promise<void> | undefined {
    if (this.connection !== 'none' || !this.#isHeld) return undefined;
    return this.#slots.takeConnection(this)?.then(() => {
      // The slot was released during the wait, so only this code can release the connection.
      if (!this.#isHeld) this.releaseConnection();
    });
  }

  /** The request goes out now. */
  begin(): void {
    this.#beganMs = performance.now();
    this.startWait();
  }

  /** The slot now waits for the server: for an answer or for more bytes. */
  startWait(): void {
    this.#slots.startWait(this);
  }

  /** The server answered. */
  endWait(): void {
    this.#slots.endWait(this);
  }

  /** A piece of a streamed body arrived. */
  arrived(bytes: number): void {
    this.endWait();
    this.#slots.arrived(bytes);
  }

  /** The answer is complete. `work` is its amount in the unit of the throughput. */
  completed(work: number, isFailure = false): void {
    this.#slots.moved({ work, isFailure, tookMs: performance.now() - this.#beganMs });
  }

  /** A whole body arrived: the next request may use the connection. */
  endBody(bytes: number): void {
    this.#slots.endBody(this, bytes);
  }

  /** Waits until the limit allows this many more bytes. */
  pay(bytes: number): Promise<void> | undefined {
    return this.#slots.bytesLimit?.take(bytes);
  }

  /** Memory for the body until the slot is released; undefined = none is free. */
  allocate(bytes: number): Uint8Array | undefined {
    this.#free();
    if (this.#isHeld) this.#memory = this.#slots.arena.allocate(bytes);
    return this.#memory;
  }

  /** The body is already in this memory of the arena. */
  adopt(memory: Uint8Array<SharedArrayBuffer>): void {
    this.#free();
    this.#memory = memory;
    if (!this.#isHeld) this.#free();
  }

  /** The body arrived: the next request may use the connection. */
  releaseConnection(): void {
    this.#slots.releaseConnection(this);
  }

  /** Releases everything, also the connection. No code may use the memory after this. */
  release(): void {
    this.releaseConnection();
    this.#free();
    if (this.#isHeld) this.#slots.bytes.release(this.#bytes);
    this.#isHeld = false;
  }

  #free(): void {
    if (this.#memory !== undefined) this.#slots.arena.free(this.#memory);
    this.#memory = undefined;
  }
}

export class Slots {
  readonly connections: Budget;
  readonly bytes: Budget;
  readonly arena: Arena;
  readonly concurrency: Concurrency;
  readonly bytesLimit: RateLimit | undefined;
  readonly #requestWork: number;
  readonly #bandwidth: Bandwidth | undefined;
  readonly #silence: Silence;
  readonly #hanging: Hanging<Place>;
  #hangingCount = 0;
  /** Called when there may be more connections than before. */
  onGrowth: (() => void) | undefined;
  /** Called when a connection is free again. */
  onFreed: (() => void) | undefined;

  constructor({ isPaused = () => false, ...options }: SlotsOptions) {
    const { concurrency } = options;
    this.concurrency = concurrency;
    this.connections = new Budget(concurrency.limit);
    this.bytes = typeof options.bytes === 'number' ? new Budget(options.bytes) : options.bytes;
    this.arena = options.arena ?? new Arena(0);
    this.bytesLimit = options.bytesLimit;
    this.#requestWork = options.requestWork;
    this.#bandwidth = options.bandwidth;
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

  /** Connections that hang: in use, but not counted. */
  get hanging(): number {
    return this.#hangingCount;
  }

  /** Call it before the connection is released. */
  moved({ work, isFailure = false, tookMs }: Omit<Progress, 'isFull'>): void {
    this.#silence.broken();
    if (tookMs !== undefined && !isFailure) this.#hanging.answered(tookMs);
    const isFull = this.connections.inUse >= this.connections.capacity;
    this.concurrency.moved({ work, isFull, isFailure, tookMs });
  }

  arrived(bytes: number): void {
    this.moved({ work: bytes });
    this.#bandwidth?.arrived(bytes);
  }

  endBody(slot: Slot, bytes: number): void {
    this.#bandwidth?.arrived(bytes);
    slot.completed(bytes + this.#requestWork);
    slot.releaseConnection();
    this.bytesLimit?.correct(bytes - slot.prepaidBytes);
  }

  /**
   * Takes memory for the body, no connection yet. A larger body is streamed and holds only the size of the largest
   * whole body. An unknown size counts the same.
   */
  acquire(sizeBytes: number | undefined): Promise<Slot> | Slot {
    const bytes = this.bytes.acquire(Math.min(sizeBytes ?? WHOLE_BODY_BYTES, WHOLE_BODY_BYTES));
    return typeof bytes === 'number' ? new Slot(this, bytes) : bytes.then((taken) => new Slot(this, taken));
  }

  /** Waits until a connection is free. */
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

  startWait(place: Place): void {
    this.#hanging.startWait(place);
  }

  endWait(place: Place): void {
    this.#hanging.forget(place);
    if (place.connection === 'hanging') this.#returnTo(place);
  }

  releaseConnection(place: Place): void {
    this.#hanging.forget(place);
    if (place.connection === 'held') this.connections.release(1);
    if (place.connection === 'hanging') this.#hangingCount--;
    if (place.connection === 'none') return;
    place.connection = 'none';
    this.onFreed?.();
  }

  /** Current values, for the snapshot. */
  gauges(): Readonly<Record<string, unknown>> {
    const { connections, bytes, hanging } = this;
    return {
      ...{ connections: connections.capacity, connectionsInUse: connections.inUse, hangingConnections: hanging },
      waitingForConnection: connections.waiting,
      ...{ bufferBytes: bytes.capacity, bufferBytesInUse: bytes.inUse, waitingForBuffer: bytes.waiting },
    };
  }

  /** The request hangs: another one may use its place, if connections are left. */
  #leave(place: Place): void {
    if (place.connection !== 'held' || this.#hangingCount + this.connections.capacity >= this.concurrency.max) return;
    place.connection = 'hanging';
    this.#hangingCount++;
    this.connections.release(1);
    this.onGrowth?.();
  }

  /** The request moves again. */
  #returnTo(place: Place): void {
    place.connection = 'held';
    this.#hangingCount--;
    this.connections.take(1);
  }
}
