/** What a screen shows of a run besides its counts. */
import type { Health } from './health/health.js';

export interface DiskView {
  readonly root: string;
  readonly state: 'in' | 'full' | 'out';
  /** By the last report of the kernel. */
  readonly freeBytes: number | undefined;
}

export interface RunView {
  readonly command: string;
  /** SOURCE, as the user gave it; '' = none. */
  readonly source: string;
  /** The folders. */
  readonly to: readonly string[];
  /** Some of what is listed is left out on purpose: --include, --exclude. */
  readonly isFiltered: boolean;
  /** The most objects that the whole job settles: --limit. */
  readonly limit: number | undefined;
  /** Other machines do a part of it: the totals of the job are not known here. */
  readonly isShared: boolean;
  /** What the run does now, and why. */
  health(): Health;
  /** Milliseconds that a server has made the run wait or go slowly, so far. */
  throttledMs(): number;
  disks(): readonly DiskView[];
}
