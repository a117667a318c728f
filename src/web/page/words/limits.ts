/** What a viewer writes into the form of limits. */
import type { LimitsChange } from '../../../events/picture/watch.js';
import { toBytes } from '../../../lib/options/sizes.js';

/** The limits that the form changes. */
export const FORM_LIMITS = ['bytesPerSecond', 'objectsPerSecond', 'concurrency'] as const;
export type FormLimit = (typeof FORM_LIMITS)[number];

/** What stands in a field: a limit, none (null), or nothing that can be understood (undefined). */
export function readLimit(name: FormLimit, written: string): number | null | undefined {
  const text = written.trim();
  if (text === '') return null;
  if (name === 'bytesPerSecond') {
    // `10 MB/s` is what the page shows.
    const bytes = toBytes(text.replace(/\/s$/, '').trim());
    return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
  }
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (value <= 0 || !Number.isFinite(value)) return undefined;
  return name === 'concurrency' && !Number.isSafeInteger(value) ? undefined : value;
}

const UNITS = ['', 'k', 'M', 'G', 'T'];

/** As it is written: {@link readLimit} reads the same number. */
export function writeLimit(name: FormLimit, value: number | undefined): string {
  if (value === undefined) return '';
  if (name !== 'bytesPerSecond') return String(value);
  let [whole, unit] = [value, 0];
  while (whole >= 1024 && whole % 1024 === 0 && unit < UNITS.length - 1) {
    whole /= 1024;
    unit++;
  }
  return `${whole}${UNITS[unit]}`;
}

/** Only what differs: what another viewer has set meanwhile stays. */
export function changeOf(
  before: Readonly<Partial<Record<FormLimit, number>>>,
  after: Readonly<Record<FormLimit, number | null>>,
): LimitsChange {
  const changed = FORM_LIMITS.filter((name) => (before[name] ?? null) !== after[name]);
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}
