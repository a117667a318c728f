/** Selects this machine's part of a listing, when several machines share a copy. */

import type { EventBus } from '../../events/bus.js';
import type { Batch } from '../../model/batch.js';

export interface ShareOptions {
  /** Whether another machine has the object of that key. Undefined when no copy is shared. */
  isElsewhere: ((key: string) => boolean) | undefined;
  events: EventBus;
}

/** A batch → the same batch without the objects of other machines. It may be empty then. */
export function createShare({ isElsewhere, events }: ShareOptions): (batch: Batch) => Batch {
  if (isElsewhere === undefined) return (batch) => batch;
  return (batch) => {
    const entries = batch.entries.filter(({ key }) => !isElsewhere(key));
    const objects = batch.entries.length - entries.length;
    if (objects > 0) void events.emit({ type: 'left-out', reason: 'other-machine', objects });
    return { ...batch, entries };
  };
}
