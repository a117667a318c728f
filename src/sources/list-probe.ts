/** The probe for listings in an outage: repeats the request for the last page that was listed. */
import { listerOf } from './capabilities.js';
import type { Source } from './source.js';

interface Place {
  readonly directory: string;
  readonly cursor: string | undefined;
}

export interface ListProbe {
  probe(): Promise<unknown>;
  /** This page was listed. */
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
