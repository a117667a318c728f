/** Asks the volumes which objects are there already; nothing is asked over the network. */
import type { Duplex } from 'node:stream';
import { TransferError } from '../errors.js';
import { concurrent } from '../flow/concurrent.js';
import { type Delivery, isResult, type Result } from '../model/part.js';
import type { Found } from '../volume/lookup.js';
import type { Volumes } from '../volume/volumes.js';

/** Parts being looked up at once: with fewer, thread and disk wait for each other by turns (measured: a quarter slower). */
const LOOKUPS = 4;

export interface DedupeOptions {
  /**
   * Nothing lay on the disks when the job began: what a page lists for the first time cannot be on a disk that does not
   * tell any more, and may be stored on another one.
   */
  isFresh: boolean;
}

/** Objects of a part → the same, with a result for each that is stored already; the others learn where another version is. */
export function createDedupe(volumes: Volumes, { isFresh }: DedupeOptions): Duplex {
  return concurrent<(Delivery | Result)[], (Delivery | Result)[]>(
    async (items) => {
      const open = items.filter((item) => !isResult(item)) as Delivery[];
      if (open.length === 0) return items;
      const found = await volumes.check(
        open.map(({ entry, expectedSize }) => {
          const { key, mtimeMs, isWrong } = entry;
          // Where nothing binds, nothing that lies there will do.
          return isWrong ? { key, size: undefined, mtimeMs: undefined } : { key, size: expectedSize, mtimeMs };
        }),
      );
      const known = items.filter(isResult);
      const looked = open.map((delivery, index) => {
        const one = found[index]!;
        const isNew = isFresh && delivery.part.page?.isAgain === false;
        // Going on would fail every object that is left, or store a second time what lies on that disk.
        if (one.isGone && !isNew) throw silentDisk(volumes.roots);
        return judge(delivery, one);
      });
      return [...known, ...looked];
    },
    { concurrency: LOOKUPS, highWaterMark: 1 },
  );
}

function silentDisk(roots: readonly string[]): TransferError {
  return new TransferError(
    'ERR_VOLUME',
    `one of ${roots.join(', ')} does not tell any more what lies on it (unmounted, deleted or broken): mend it, then run the same command again`,
  );
}

function judge(delivery: Delivery, { isPresent, isUnknown, home }: Found): Delivery | Result {
  const { key, size = 0 } = delivery.entry;
  if (isPresent) return { delivery, outcome: { status: 'skipped', bytes: size, volume: home } };
  if (!isUnknown) {
    delivery.home = home;
    return delivery;
  }
  const message = `${JSON.stringify(key)}: a disk does not say whether it is there; mend it, then fetch this again`;
  // Trying again would mean to download it, and then to store it twice: on a broken disk that could be every object.
  return { delivery, error: new TransferError('ERR_DISK', message), isFinal: true };
}
