/** Keeps what this machine has taken: tells the engine that it is still at it, as long as that is so. */
import type { Lease } from './pull.js';

export interface KeeperOptions {
  leaseMs: number;
  /** Changes whenever anything has moved here: a byte, an object, a page. */
  progress: () => number;
  /** Nothing is to move for now, on purpose: a limit, a queue that is full. */
  isWaiting: () => boolean;
  nowMs?: () => number;
}

/** A lease is extended three times before it would end. */
const EXTENSIONS = 3;
/** With nothing moving for so many leases, whoever hangs loses them. */
const SILENCE_LEASES = 2;

export class LeaseHeartbeat {
  readonly #options: KeeperOptions;
  readonly #leases = new Set<Lease>();
  readonly #timer: NodeJS.Timeout;
  readonly #nowMs: () => number;
  #last = Number.NaN;
  #movedMs: number;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#movedMs = this.#nowMs();
    this.#timer = setInterval(() => this.#extend(), options.leaseMs / EXTENSIONS);
    this.#timer.unref();
  }

  add(lease: Lease): void {
    this.#leases.add(lease);
  }

  remove(lease: Lease): void {
    this.#leases.delete(lease);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #extend(): void {
    const { progress, isWaiting, leaseMs } = this.#options;
    const now = progress();
    if (now !== this.#last || isWaiting()) this.#movedMs = this.#nowMs();
    this.#last = now;
    if (this.#nowMs() - this.#movedMs > SILENCE_LEASES * leaseMs) return;
    for (const lease of this.#leases) lease.working();
  }
}
