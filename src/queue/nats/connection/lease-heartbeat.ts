/** Renews the leases of this machine while it makes progress. */
import type { Lease } from './pull.js';

export interface LeaseHeartbeatOptions {
  leaseMs: number;
  /** Changes with each progress here: a byte, an object, a page. */
  progress: () => number;
  /** The machine is idle on purpose: a limit, or a full queue. */
  isWaiting: () => boolean;
  nowMs?: () => number;
}

/** Renewals during one lease. */
const EXTENSIONS = 3;
/** After so many leases without progress, the heartbeat stops and a hanging machine loses its leases. */
const SILENCE_LEASES = 2;

export class LeaseHeartbeat {
  readonly #options: LeaseHeartbeatOptions;
  readonly #leases = new Set<Lease>();
  readonly #timer: NodeJS.Timeout;
  readonly #nowMs: () => number;
  #last = Number.NaN;
  #movedMs: number;

  constructor(options: LeaseHeartbeatOptions) {
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
