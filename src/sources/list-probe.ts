/** The probe for listings in an outage: repeats the request for the last page that was listed. */
import { ALL, type Scope, textOf } from '../model/scope.js';
import { listerOf } from './capabilities.js';
import type { Source } from './source.js';

interface Place {
  readonly scope: Scope;
  readonly cursor: string | undefined;
}

export interface ListProbe {
  probe(): Promise<unknown>;
  /** This page was listed. */
  listed(place: Place): void;
}

export function createListProbe(source: Source): ListProbe {
  let last: Place = { scope: ALL, cursor: undefined };
  return {
    probe: () => listerOf(source).listPage(textOf(last.scope), last.cursor),
    listed({ scope, cursor }) {
      last = { scope, cursor };
    },
  };
}
