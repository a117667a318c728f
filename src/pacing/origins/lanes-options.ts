/** What the lanes are made of. */
import type { ObjectEntry } from '../../model/entry.js';
import type { Pacer } from '../pacer.js';
import type { PacerOptions } from '../pacer-options.js';
import type { AsidePlace } from './aside.js';
import type { OutageParts } from './lane-outages.js';

export interface LanesOptions
  extends Omit<OutageParts, 'lanes' | 'wake' | 'onOut' | 'onGivenUp' | 'isAllGiven' | 'fail'> {
  originOf: (entry: ObjectEntry) => string;
  openPacer: (outage: PacerOptions['outage']) => Pacer;
  /** Closes the connections of an origin that has nothing to do. */
  closeOrigin: (origin: string) => void;
  /** Requests at once, to all origins. */
  total: number;
  /** Origins open at once. */
  maxOrigins: number;
  /** Objects in memory at once. */
  window: number;
  /** For what is set aside. Undefined = there is no folder. */
  aside: AsidePlace | undefined;
  /** Aborted: what has not begun counts as never taken. `stop` aborts it, so that no probe goes on after the end. */
  signal: AbortSignal;
  stop: () => void;
}
