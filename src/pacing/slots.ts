/** How many requests are under way, and how much memory their bodies take. Both are bounded. */
import type { MemoryHolder } from '../lib/http1/transport.js';
import { Arena } from '../lib/md5/arena.js';
import { WHOLE_BODY_BYTES } from '../model/whole-body.js';
import { Budget } from './concurrency/budget.js';
import type { Concurrency } from './concurrency/concurrency.js';
import type { Progress } from './concurrency/round.js';
import type { Bandwidth } from './limits/bandwidth.js';
import type { RateLimit } from './limits/rate-limit.js';
import { Hanging } from './stuck/hanging.js';
import { Silence } from './stuck/silence.js';

/** Of one slot: none; counted; or not counted any more, since it hangs. */
export interface Place {
  connection: 'none' | 'held' | 'hanging';
}

/** What one request holds: a connection while bytes arrive, memory until the body is on the disk. */
export class Slot implements Place, MemoryHolder {
  connection: Place['connection'] = 'none';
  /** Bytes that the limit has been asked for; of a larger body the rest is asked for as it comes. */
  prepaidBytes = 0;
  readonly #slots: Slots;
  readonly #bytes: number;
  #memory: Uint8Array<SharedArrayBuffer> | undefined;
  #beganMs = 0;
  #isHeld = true;

  /** Comes from {@link Slots.acquire}. */
  constructor(slots: Slots, bytes: number) {
    this.#slots = slots;
    this.#bytes = bytes;
  }

  /** Waits for a connection, unless there is one already. */
  takeConnection(): Promise<void> | undefined {
    if (this.connection !== 'none' || !this.#isHeld) return undefined;
    return this.#slots.takeConnection(this)?.then(() => {
      // Released while it waited: this is the only place that can give it back.
      if (!this.#isHeld) this.releaseConnection();
    });
  }

  /** The request goes out now. */
  begin(): void {
    this.#beganMs = performance.now();
    this.expect();
  }

  /** From now on the server has to answer, or to send more. */
  expect(): void {
    this.#slots.expect(this);
  }

  /** The server has. */
  got(): void {
    this.#slots.got(this);
  }

  /** A piece of a body that flows has arrived. */
  arrived(bytes: number): void {
    this.got();
    this.#slots.arrived(bytes);
  }

  /** The answer is complete; it was worth so much `work`, in the unit in which the throughput is measured. */
  completed(work: number, isFailure = false): void {
    this.#slots.moved({ work, isFailure, tookMs: performance.now() - this.#beganMs });
  }

  /** A whole body has arrived: the next request may use the connection. */
  gotWhole(bytes: number): void {
    this.#slots.gotWhole(this, bytes);
  }

  /** Waits until the limit allows so many bytes more than what was paid for before. */
  pay(bytes: number): Promise<void> | undefined {
    return this.#slots.bytesLimit?.take(bytes);
  }

  /** Memory for the body until the slot is released; undefined = there is none here. */
  allocate(bytes: number): Uint8Array | undefined {
    this.#free();
    if (this.#isHeld) this.#memory = this.#slots.arena.allocate(bytes);
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
    this.#slots.releaseConnection(this);
  }

  /** Nothing is held any more, and nobody uses the memory. Releases the connection too, if that has not happened. */
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

export interface SlotsOptions {
  /** Of the requests at once. */
  concurrency: Concurrency;
  /** Bytes of memory for bodies. */
  bytes: number;
  /** Where some of it is. @default elsewhere */
  arena?: Arena | undefined;
  /** A request is work, too: what it costs a server besides what it brings. */
  requestWork: number;
  /** The limit of bytes that the user has set. @default none */
  bytesLimit?: RateLimit | undefined;
  /** Learns how fast bytes arrive. */
  bandwidth?: Bandwidth | undefined;
  /** Whether those who have a connection wait for something else. @default never */
  isPaused?: () => boolean;
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

  constructor({ isPaused = () => false, ...options }: SlotsOptions) {
    const { concurrency } = options;
    this.concurrency = concurrency;
    this.connections = new Budget(concurrency.limit);
    this.bytes = new Budget(options.bytes);
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

  /** Connections that are taken and do not count, since nothing comes. */
  get hanging(): number {
    return this.#hangingCount;
  }

  /** Called before the connection is released. */
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

  gotWhole(slot: Slot, bytes: number): void {
    this.#bandwidth?.arrived(bytes);
    slot.completed(bytes + this.#requestWork);
    slot.releaseConnection();
    this.bytesLimit?.correct(bytes - slot.prepaidBytes);
  }

  /**
   * Memory for the body, no connection yet. A larger body flows in pieces and holds less than a whole one of the largest
   * size; an unknown size counts as that.
   */
  acquire(sizeBytes: number | undefined): Promise<Slot> | Slot {
    const bytes = this.bytes.acquire(Math.min(sizeBytes ?? WHOLE_BODY_BYTES, WHOLE_BODY_BYTES));
    return typeof bytes === 'number' ? new Slot(this, bytes) : bytes.then((taken) => new Slot(this, taken));
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

  /** It hangs: another request may use its place, as long as there are connections. */
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
