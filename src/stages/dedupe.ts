/** Asks the volumes which objects they have already. Asks nothing over the network. */
import type { Duplex } from 'node:stream';
import { TransferError } from '../errors.js';
import { concurrent } from '../lib/streams/concurrent.js';
import { type Delivery, isResult, type Result } from '../model/batch.js';
import { isEarlier } from '../model/page-progress.js';
import type { Found, Sink } from '../sinks/sink.js';
import type { FileFacts } from '../sinks/thread/messages.js';

/** Batches in lookup at once. With fewer, thread and disk wait for each other in turns (measured: a quarter slower). */
const LOOKUPS = 4;

export interface DedupeOptions {
  /**
   * The disks were empty when the job began. So a newly listed object cannot be on a disk that gives no answers any
   * more, and may be stored on another one.
   */
  isFresh: boolean;
  /** Returns the MD5s of what an earlier run of the job stored. Undefined when nothing must be recorded. */
  digestsOf?: ((volume: number, keys: readonly string[]) => Promise<readonly FileFacts[]>) | undefined;
}

/** Objects of a batch → the same, with a result for each stored one. The others get the volume of another version. */
export function createDedupe(sink: Sink, { isFresh, digestsOf }: DedupeOptions): Duplex {
  return concurrent<(Delivery | Result)[], (Delivery | Result)[]>(
    async (items) => {
      const open = items.filter((item) => !isResult(item)) as Delivery[];
      if (open.length === 0) return items;
      const found = await sink.has(
        open.map(({ entry, expectedSize }) => {
          const { key, mtimeMs, isWrong } = entry;
          // When the stored version is known to be wrong, no file on a disk counts.
          return isWrong ? { key, size: undefined, mtimeMs: undefined } : { key, size: expectedSize, mtimeMs };
        }),
      );
      const known = items.filter(isResult);
      const looked = open.map((delivery, index) => {
        const one = found[index]!;
        const isNew = isFresh && delivery.batch.page?.isAgain === false;
        // To continue either fails every object that is left, or stores objects of that disk a second time.
        if (one.isGone && !isNew) throw silentDisk(sink.roots);
        return resultOf(delivery, one);
      });
      if (digestsOf !== undefined) await addDigests(looked, digestsOf);
      return [...known, ...looked];
    },
    { concurrency: LOOKUPS, highWaterMark: 1 },
  );
}

/**
 * A killed run may have stored an object without a record: its manifest line and its MD5 may not have reached a file.
 * (Only objects of pages that were open then come here.)
 */
async function addDigests(
  items: (Delivery | Result)[],
  digestsOf: NonNullable<DedupeOptions['digestsOf']>,
): Promise<void> {
  const byVolume = new Map<number, number[]>();
  for (const [index, item] of items.entries()) {
    if (!('outcome' in item) || item.outcome.status !== 'skipped' || !isEarlier(item.delivery.batch.page)) continue;
    const { volume } = item.outcome;
    byVolume
      .set(volume, byVolume.get(volume) ?? [])
      .get(volume)!
      .push(index);
  }
  for (const [volume, indexes] of byVolume) {
    const deliveries = indexes.map((index) => (items[index] as Result).delivery);
    const files = await digestsOf(
      volume,
      deliveries.map(({ entry }) => entry.key),
    );
    for (const [asked, index] of indexes.entries())
      items[index] = recorded(items[index] as Result, volume, files[asked]!);
  }
}

function recorded(item: Result, volume: number, file: FileFacts): Delivery | Result {
  const { delivery } = item;
  const { expectedMd5 } = delivery;
  const { md5, size, path } = file;
  if (md5 !== undefined && expectedMd5 !== undefined && md5 !== expectedMd5) {
    // The right size and time but other bytes: a power cut may leave that.
    delivery.home = volume;
    return delivery;
  }
  if (file.state !== 'present') return item;
  const mtimeMs = Math.trunc(file.mtimeMs);
  return { delivery, outcome: { status: 'skipped', bytes: size, volume, md5, mtimeMs, path } };
}

function silentDisk(roots: readonly string[]): TransferError {
  return new TransferError(
    'ERR_VOLUME',
    `one of ${roots.join(', ')} cannot be looked up any more (unmounted, deleted or broken): repair it, then run the same command again`,
  );
}

function resultOf(delivery: Delivery, { isPresent, isUnknown, home, path }: Found): Delivery | Result {
  const { key, size = 0 } = delivery.entry;
  if (isPresent) {
    const outcome = { status: 'skipped', bytes: size, volume: home, ...(path !== undefined && { path }) } as const;
    return { delivery, outcome };
  }
  if (!isUnknown) {
    delivery.home = home;
    return delivery;
  }
  const message = `${JSON.stringify(key)}: a disk does not answer whether it has the object; repair it, then fetch this again`;
  // A retry downloads the object and stores it twice. On a broken disk that may happen with every object.
  return { delivery, error: new TransferError('ERR_DISK', message), isFinal: true };
}
