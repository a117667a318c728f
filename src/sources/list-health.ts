/** Whether pages can be listed at all: the last one that could be is what is asked for when nothing is answered any more. */
import { Outage, type OutageOptions } from '../pacing/backoff/outage.js';
import type { Source } from './source.js';

interface Place {
  readonly directory: string;
  readonly cursor: string | undefined;
}

export interface ListHealth {
  readonly outage: Outage;
  /** That page was answered. */
  listed(place: Place): void;
}

export function createListHealth(source: Source, options: Omit<OutageOptions, 'probe'>): ListHealth {
  let last: Place = { directory: '', cursor: undefined };
  return {
    outage: new Outage({ ...options, probe: () => source.listPage(last.directory, last.cursor) }),
    listed({ directory, cursor }) {
      last = { directory, cursor };
    },
  };
}
