/**
 * Tracks which disks take files. Sluice leaves out a disk that is full or broken, tests it again from time to time, and
 * uses it again when it works.
 */
import type { Volume } from './volume.js';

/** `full` = no room; `out` = broken, read-only or gone: it must pass a write test. */
export type VolumeState = 'in' | 'full' | 'out';

export interface VolumeStatus {
  readonly state: VolumeState;
  /** Why it takes no files; '' when it does. */
  readonly reason: string;
}

/** A change of a disk that the user must know. */
export interface VolumeEvent {
  /** Its place in `--to`. */
  readonly volume: number;
  readonly root: string;
  /** A new state, or a change in the digest log (`digests`) or in the way of syncing (`durability`). */
  readonly state: VolumeState | 'digests' | 'durability';
  readonly reason: string;
}

export interface HealthOptions {
  onEvent: (event: VolumeEvent) => void;
  /** First wait before a disk that is left out is tested again. */
  firstLookMs: number;
}

/** The wait doubles up to this. It starts from the first value once the disk has stored a file. */
const LONGEST_WAIT_MS = 60_000;

interface Condition {
  status: VolumeStatus;
  delayMs: number;
  timer: NodeJS.Timeout | undefined;
}

const IN: VolumeStatus = { state: 'in', reason: '' };

export class Health {
  readonly #volumes: readonly Volume[];
  readonly #options: HealthOptions;
  readonly #conditions: readonly Condition[];
  #isClosed = false;

  constructor(volumes: readonly Volume[], options: HealthOptions) {
    this.#volumes = volumes;
    this.#options = options;
    this.#conditions = volumes.map(() => ({ status: IN, delayMs: options.firstLookMs, timer: undefined }));
  }

  get all(): readonly VolumeStatus[] {
    return this.#conditions.map(({ status }) => status);
  }

  isIn(volume: number): boolean {
    return this.#conditions[volume]!.status.state === 'in';
  }

  get isAnyIn(): boolean {
    return this.#conditions.some(({ status }) => status.state === 'in');
  }

  /** Takes a disk out. A broken disk stays `out` until a test shows that it works. */
  exclude(volume: number, state: 'full' | 'out', reason: string): void {
    const condition = this.#conditions[volume]!;
    const before = condition.status.state;
    if (before === state || before === 'out') return;
    condition.status = { state, reason };
    this.#tell(volume);
    if (condition.timer === undefined) this.#lookLater(volume);
  }

  /** The disk stored a file: after its next failure, the first test comes soon. */
  succeeded(volume: number): void {
    const condition = this.#conditions[volume]!;
    if (condition.status.state === 'in') condition.delayMs = this.#options.firstLookMs;
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#conditions) clearTimeout(timer);
  }

  #lookLater(volume: number): void {
    const condition = this.#conditions[volume]!;
    if (this.#isClosed) return;
    // `unref`: this timer must not keep the process alive.
    condition.timer = setTimeout(() => void this.#look(volume), condition.delayMs).unref();
    condition.delayMs = Math.min(condition.delayMs * 2, LONGEST_WAIT_MS);
  }

  async #look(volume: number): Promise<void> {
    const condition = this.#conditions[volume]!;
    const hasReturned = await this.#hasReturned(volume);
    condition.timer = undefined;
    if (this.#isClosed) return;
    if (!hasReturned) {
      this.#lookLater(volume);
      return;
    }
    condition.status = IN;
    this.#tell(volume);
  }

  async #hasReturned(volume: number): Promise<boolean> {
    const { probe, space, freeSpace } = this.#volumes[volume]!;
    try {
      if (this.#conditions[volume]!.status.state === 'out') await probe();
      // This call also updates `freeSpace`.
      await space();
      return freeSpace.hasRecovered();
    } catch {
      return false;
    }
  }

  #tell(volume: number): void {
    const { state, reason } = this.#conditions[volume]!.status;
    this.#options.onEvent({ volume, root: this.#volumes[volume]!.root, state, reason });
  }
}
