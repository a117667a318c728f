// A store without folders: its listing names ranges of keys that split the rest, which are listed on their own.

import type { PageAnswer, Source } from '../../../src/sources/source.js';
import { stubSource } from '../source-stub.js';

export interface RangeOptions {
  /** Keys of a page. */
  pageSize: number;
  /** Ranges that an answer may split its rest into. @default 3 */
  splits?: number;
  /** Where it splits, and whether it does: 0 ≤ number < 1. @default the same for the same keys */
  chance?: () => number;
}

/** `asked` has each request as `range#cursor`. A range includes its start, and excludes its end. */
export function rangeSource(keys: () => readonly string[], { pageSize, splits = 3, chance = () => 0.5 }: RangeOptions) {
  const asked: string[] = [];
  const source: Source = stubSource({
    url: 'ranges://stub',
    async listPage(scope, cursor): Promise<PageAnswer> {
      asked.push(`${scope}#${cursor ?? ''}`);
      const [start, end] = scope === '' ? ['', null] : (JSON.parse(scope) as [string, string | null]);
      const isInside = (key: string) => key >= start && (end === null || key < end) && key > (cursor ?? '');
      const inside = [...keys()].filter(isInside).sort();
      const entries = inside.slice(0, pageSize).map((key) => ({ key, size: 1, mtimeMs: 1_000 }));
      const rest = inside.slice(pageSize);
      if (rest.length === 0) return { entries };
      // A short rest is no work for several.
      if (rest.length < 2 * splits || chance() < 0.3) return { entries, nextCursor: entries.at(-1)!.key };
      const starts = Array.from({ length: splits - 1 }, (_, index) => {
        return rest[Math.floor((rest.length * (index + chance())) / splits)]!;
      });
      const bounds = [`${entries.at(-1)!.key}\0`, ...new Set(starts), end];
      const scopes = bounds.slice(1).map((bound, index) => JSON.stringify([bounds[index], bound]));
      return { entries, scopes };
    },
  });
  return { source, asked };
}
