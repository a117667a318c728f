/** What is asked for when listings are not answered any more: the last page that could be listed. */
import { listerOf } from './capabilities.js';
import type { Source } from './source.js';

interface Place {
  readonly directory: string;
  readonly cursor: string | undefined;
}

export interface ListProbe {
  probe(): Promise<unknown>;
  /** That page was answered. */
  listed(place: Place): void;
}

export function createListProbe(source: Source): ListProbe {
  let last: Place = { directory: '', cursor: undefined };
  return {
    probe: () => listerOf(source).listPage(last.directory, last.cursor),
    listed({ directory, cursor }) {
      last = { directory, cursor };
    },
  };
}
