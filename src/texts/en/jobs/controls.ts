/** What a user has done with a run while it works. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';

/** Absent: not changed. null: no limit any more. */
export interface ChangedLimits {
  readonly bytesPerSecond?: number | null | undefined;
  readonly objectsPerSecond?: number | null | undefined;
  readonly listsPerSecond?: number | null | undefined;
  /** As it is now. */
  readonly concurrency?: number | null | undefined;
  /** The user has asked for more requests at once than the options allow. */
  readonly isLess?: boolean;
}

/** The changed limits, by the names of their options. */
export function changedOptions(limits: ChangedLimits, none: string): string[] {
  const rate = (name: string, value: number | null | undefined, format: (value: number) => string) =>
    value === undefined ? [] : [`${name} ${value === null ? none : format(value)}`];
  return [
    ...rate('--bwlimit', limits.bytesPerSecond, (bytes) => `${formatBytes(bytes)}/s`),
    ...rate('--rate', limits.objectsPerSecond, formatCount),
    ...rate('--list-rate', limits.listsPerSecond, formatCount),
    ...rate('--concurrency', limits.concurrency, formatCount),
  ];
}

export const controls = {
  paused: (by: string): string => `paused by ${by}: what is under way ends, and nothing new begins`,
  resumed: (by: string): string => `resumed by ${by}`,
  changed: (by: string, limits: ChangedLimits): string =>
    `limits changed by ${by}: ${changedOptions(limits, 'none').join(', ')}` +
    `${limits.isLess ? ' (the options allow no more; see --max-connections)' : ''}`,
};
