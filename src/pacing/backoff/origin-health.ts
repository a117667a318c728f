/**
 * Decides what the answer to one request means for other requests: go on, slow down, pause one directory, stop, or
 * wait.
 */
import type { TransferError } from '../../errors.js';
import type { Blame } from '../../model/outcome.js';
import type { Bandwidth } from '../limits/bandwidth.js';
import type { Gate } from '../limits/gate.js';
import type { Slot } from '../slots.js';
import type { Ban } from './ban.js';
import type { DirectoryThrottle } from './directory-throttle.js';
import type { Shortage } from './open-files-shortage.js';
import type { Outage } from './outage.js';
import type { Throttle } from './throttle.js';

/** Where a request belongs, and when it went out. */
export interface Sent {
  /** The directory that waits when the server refuses this one alone. Undefined = the request waits by itself. */
  readonly directory: string | undefined;
  /** What {@link Throttle.begin} returned. */
  readonly epoch: number;
}

/** An answer that asked to slow down, or a lack of open files. */
export interface Refusal {
  readonly code: string;
  readonly status: number | undefined;
}

export class OriginHealth {
  readonly ban: Ban;
  readonly throttle: Throttle;
  readonly directories: DirectoryThrottle;
  readonly outage: Outage;
  readonly shortage: Shortage;
  readonly #gate: Pick<Gate, 'isOpen' | 'opened'>;
  readonly #bandwidth: Bandwidth | undefined;
  #refusal: Refusal | undefined;
  #refusedAllMs: number | undefined;

  constructor(parts: {
    ban: Ban;
    throttle: Throttle;
    directories: DirectoryThrottle;
    outage: Outage;
    shortage: Shortage;
    bandwidth: Bandwidth | undefined;
    /** Closed while the user pauses the run. */
    gate: Pick<Gate, 'isOpen' | 'opened'>;
  }) {
    this.ban = parts.ban;
    this.throttle = parts.throttle;
    this.directories = parts.directories;
    this.outage = parts.outage;
    this.shortage = parts.shortage;
    this.#bandwidth = parts.bandwidth;
    this.#gate = parts.gate;
  }

  /** The last refusal of any scope. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Milliseconds since the last refusal that all requests follow. */
  get refusedAgoMs(): number | undefined {
    return this.#refusedAllMs === undefined ? undefined : performance.now() - this.#refusedAllMs;
  }

  /** Requests may go out. */
  get isOpen(): boolean {
    return this.#gate.isOpen && this.throttle.isOpen && this.outage.isOpen;
  }

  /** Resolves once requests may go out. */
  async opened(): Promise<void> {
    while (!this.isOpen) await Promise.all([this.#gate.opened(), this.throttle.opened(), this.outage.opened()]);
  }

  /** The same for a slot that has a connection: a probe may have that in the meantime. */
  async openedFor(slot: Pick<Slot, 'releaseConnection' | 'takeConnection'>): Promise<void> {
    while (!this.isOpen) {
      slot.releaseConnection();
      await this.opened();
      await slot.takeConnection();
    }
  }

  /** The server served a request. */
  succeeded(): void {
    this.throttle.succeeded();
    this.outage.succeeded();
  }

  /**
   * Decides what a failed request of any kind means for the others. The scope that the server names picks the reaction,
   * so that no request waits because of other requests. Returns whether all requests now wait together.
   */
  failed(error: TransferError, { directory, epoch }: Sent): boolean {
    const { verdict, code, status, throttleScope, retryAfterMs } = error;
    // The origin answered, so it is up.
    if (status !== undefined && status < 500) this.outage.succeeded();
    if (verdict !== 'throttle') return false;
    this.#refusal = { code, status };
    if (code === 'ERR_OPEN_FILES') this.shortage.met(error);
    else if (throttleScope === 'uri') {
      if (directory !== undefined) this.directories.refused(directory, retryAfterMs);
      return false;
    } else if (throttleScope === 'banned') this.throttle.banned(epoch, retryAfterMs);
    else if (throttleScope === 'bandwidth' && this.#bandwidth !== undefined) {
      this.#bandwidth.refused();
      if (retryAfterMs === undefined) return false;
      this.throttle.refused(epoch, retryAfterMs);
    } else this.throttle.refused(epoch, retryAfterMs);
    this.#refusedAllMs = performance.now();
    return true;
  }

  /** Whether the server has served nothing for so long that refused requests are not worth a retry. */
  get isExhausted(): boolean {
    return this.throttle.isExhausted;
  }

  /** Whether a refused object is not worth a retry, since its directory serves nothing. */
  isGivenUp({ throttleScope }: TransferError, key: string): boolean {
    return throttleScope === 'uri' && this.directories.isExhausted(directoryOf(key));
  }

  /** Whether the request or the origin causes the failure; see {@link Outage.blame}. */
  blame(error: TransferError, when: { isLast: boolean; sinceMs: number }): Blame | Promise<Blame> {
    return this.outage.blame(error, when);
  }

  /** Another worker reports about this origin: it is banned for this time, or it does not answer. */
  heard(what: { bannedForMs: number } | { error: TransferError }): void {
    if ('error' in what) this.outage.suspect(what.error);
    else this.ban.heard(what.bannedForMs);
  }

  gauges(): Readonly<Record<string, unknown>> {
    return {
      isThrottled: !this.throttle.isOpen,
      banSeconds: Math.ceil(this.ban.closedForMs / 1_000),
      slowedDirectories: this.directories.size,
      isOriginDown: this.outage.isDown,
    };
  }
}

/** The key up to its last slash, with the slash; '' for an object at the top. */
export function directoryOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
