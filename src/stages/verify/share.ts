/** Selects this machine's part of a listing, when several machines share a copy. */

import type { EventBus } from '../../events/bus.js';
import type { Part } from '../../model/batch.js';

export interface ShareOptions {
  /** Whether another machine has the object of that key. Undefined when no copy is shared. */
  isElsewhere: ((key: string) => boolean) | undefined;
  events: EventBus;
}

/** A part → the same part without the objects of other machines. It may be empty then. */
export function createShare({ isElsewhere, events }: ShareOptions): (part: Part) => Part {
  if (isElsewhere === undefined) return (part) => part;
  return (part) => {
    const entries = part.entries.filter(({ key }) => !isElsewhere(key));
    const objects = part.entries.length - entries.length;
    if (objects > 0) void events.emit({ type: 'left-out', reason: 'other-machine', objects });
    return { ...part, entries };
  };
}
