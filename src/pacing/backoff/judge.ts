/** What an answer, or a failure, of one request means for the others: go on, slow down, leave a directory alone, stop, wait. */
import type { TransferError } from '../../errors.js';
import type { Blame } from '../../model/outcome.js';
import type { Bandwidth } from '../limits/bandwidth.js';
import type { Ban } from './ban.js';
import type { DirectoryThrottle } from './directory-throttle.js';
import type { Outage } from './outage.js';
import type { Throttle } from './throttle.js';

/** When a request went out, and for what. */
export interface Sent {
  readonly directory: string;
  /** What {@link Throttle.begin} returned. */
  readonly epoch: number;
}

export class Judge {
  readonly ban: Ban;
  readonly throttle: Throttle;
  readonly directories: DirectoryThrottle;
  readonly outage: Outage;
  readonly #bandwidth: Bandwidth | undefined;

  constructor(parts: {
    ban: Ban;
    throttle: Throttle;
    directories: DirectoryThrottle;
    outage: Outage;
    bandwidth: Bandwidth | undefined;
  }) {
    this.ban = parts.ban;
    this.throttle = parts.throttle;
    this.directories = parts.directories;
    this.outage = parts.outage;
    this.#bandwidth = parts.bandwidth;
  }

  /** Requests may go out. */
  get isOpen(): boolean {
    return this.throttle.isOpen && this.outage.isOpen;
  }

  /** Resolves once requests may go out. */
  async opened(): Promise<void> {
    while (!this.isOpen) await Promise.all([this.throttle.opened(), this.outage.opened()]);
  }

  /** A request was answered as it should be. */
  succeeded(): void {
    this.throttle.succeeded();
    this.outage.succeeded();
  }

  /** By what the server complains of, so that no request waits for what others have done. */
  failed(error: TransferError, { directory, epoch }: Sent): void {
    const { verdict, code, status, throttleScope, retryAfterMs } = error;
    // An answer of the origin, whatever it says.
    if (status !== undefined && status < 500) this.outage.succeeded();
    // (What this machine is short of concerns the disks, too: see `Shortage`.)
    if (verdict !== 'throttle' || code === 'ERR_OPEN_FILES') return;
    if (throttleScope === 'uri') this.directories.refused(directory, retryAfterMs);
    else if (throttleScope === 'banned') this.throttle.banned(epoch, retryAfterMs);
    else if (throttleScope === 'bandwidth') {
      this.#bandwidth?.refused();
      if (retryAfterMs !== undefined) this.throttle.refused(epoch, retryAfterMs);
    } else this.throttle.refused(epoch, retryAfterMs);
  }

  /** Nothing has been served for so long that what is refused need not be tried again. */
  get isExhausted(): boolean {
    return this.throttle.isExhausted;
  }

  /** Whether an object that was refused so need not be tried again, since nothing is served in its directory. */
  isGivenUp({ throttleScope }: TransferError, key: string): boolean {
    return throttleScope === 'uri' && this.directories.isExhausted(directoryOf(key));
  }

  /** Whose fault a failure is; see {@link Outage.blame}. */
  blame(error: TransferError, when: { isLast: boolean; sinceMs: number }): Blame | Promise<Blame> {
    return this.outage.blame(error, when);
  }

  /** What another worker has found out about this origin: it is banned for so long, or gets no answer any more. */
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

/** Up to its last slash, which belongs to it; '' for an object at the top. */
export function directoryOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
