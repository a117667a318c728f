/** Connects the counts of a run with its events. */
import type { EventBus } from './bus.js';
import type { Stats } from './stats.js';

/** From now on `stats` counts what happens. The page of an object, if it has one, counts the same. */
export function countEvents(events: EventBus, stats: Stats): void {
  events.on(['found'], ({ objects, bytes }) => {
    stats.found += objects;
    stats.foundBytes += bytes;
    return undefined;
  });
  events.on(['listed'], () => {
    stats.isListingDone = true;
    return undefined;
  });
  events.on(['left-out'], ({ reason, objects }) => {
    if (reason === 'filter') stats.excluded += objects;
    else stats.elsewhere += objects;
    return undefined;
  });
  events.on(['retry'], () => {
    stats.retries++;
    return undefined;
  });
  events.on(['outage'], ({ of, host, sinceMs, isOver }) => {
    if (host !== undefined) {
      if (!isOver) stats.hostOutages++;
      return undefined;
    }
    if (isOver) {
      stats.outages.delete(of);
      return undefined;
    }
    // Listings and objects without an answer at the same time are one outage.
    if (stats.outages.size === 0) stats.outagesSeen++;
    stats.outages.set(of, sinceMs);
    return undefined;
  });
  events.onFlow({
    taken(objects) {
      stats.listed += objects;
    },
    arriving(bytes) {
      stats.arrivingBytes += bytes;
    },
  });
  events.onOutcome(({ size }, batch, outcome) => {
    const page = batch?.page;
    const counted = page?.countedAs(outcome, size) ?? outcome;
    stats.settle(counted, size);
    page?.enter(counted, size);
    return undefined;
  });
}
