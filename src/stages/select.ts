/** Selects the wanted objects of a batch: the filters and the limit. */

import type { EventBus } from '../events/bus.js';
import type { Limit } from '../lib/streams/limit.js';
import type { Batch, Reject } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import type { Filter } from '../model/filter.js';
import type { PageProgress } from '../model/page-progress.js';

export interface SelectOptions {
  filter: Filter;
  limit: Limit | undefined;
  events: EventBus;
}

/** A batch → the same batch with the objects that pass the filters and the limit. It may be empty then. */
export function createSelect({ filter, limit, events }: SelectOptions): (batch: Batch) => Batch {
  /** Objects of the current batch that the filters leave out. */
  let excluded = 0;

  function isWanted({ key }: ObjectEntry, page: PageProgress | undefined): boolean {
    if (filter.accepts(key)) return true;
    excluded++;
    if (page !== undefined) page.tally.excluded++;
    return false;
  }

  // A folder that could not be listed may hold anything, so it always passes (an excluded folder is not even listed).
  const isWantedReject = ({ entry, kind }: Reject, page?: PageProgress) => kind !== 'name' || isWanted(entry, page);
  const isWantedEntry = (entry: ObjectEntry, page?: PageProgress) =>
    isWanted(entry, page) && (limit === undefined || limit.take());

  return (batch) => {
    excluded = 0;
    const entries = batch.entries.filter((entry) => isWantedEntry(entry, batch.page));
    const rejects = batch.rejects.filter((reject) => isWantedReject(reject, batch.page));
    if (excluded > 0) void events.emit({ type: 'left-out', reason: 'filter', objects: excluded });
    return { ...batch, entries, rejects };
  };
}
