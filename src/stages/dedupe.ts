/** Asks the volume which objects are there already; nothing is asked over the network. */
import type { Duplex } from 'node:stream';
import { concurrent } from '../flow/concurrent.js';
import { type Delivery, isResult, type Result } from '../model/part.js';
import type { Volume } from '../volume/volume.js';

/** Parts being looked up at once: one at the disk, one on its way there. */
const LOOKUPS = 2;

/** Objects of a part → the same, with a result for each that is stored already. */
export function createDedupe(volume: Volume): Duplex {
  return concurrent<(Delivery | Result)[], (Delivery | Result)[]>(
    async (items) => {
      const open = items.filter((item) => !isResult(item)) as Delivery[];
      if (open.length === 0) return items;
      const present = await volume.check(
        open.map(({ entry, expectedSize }) => ({ path: entry.key, size: expectedSize, mtimeMs: entry.mtimeMs })),
      );
      const known = items.filter(isResult);
      const looked = open.map((delivery, index) => (present[index] === 1 ? skipped(delivery) : delivery));
      return [...known, ...looked];
    },
    { concurrency: LOOKUPS, highWaterMark: 1 },
  );
}

function skipped(delivery: Delivery): Result {
  return { delivery, outcome: { status: 'skipped', bytes: delivery.entry.size ?? 0 } };
}
