/** Asks the volumes which objects they have already. Asks nothing over the network. */
import type { Duplex } from 'node:stream';
import { TransferError } from '../errors.js';
import { concurrent } from '../lib/streams/concurrent.js';
import { type Delivery, isResult, type Result } from '../model/batch.js';
import { bareEtag, type ObjectEntry } from '../model/entry.js';
import { isEarlier } from '../model/page-progress.js';
import type { KnownVersion } from '../model/urls/known-version.js';
import type { FileQuery, Found, Sink } from '../sinks/sink.js';
import type { FileFacts } from '../sinks/thread/messages.js';
import { say } from '../texts/say.js';

/** Batches in lookup at once. With fewer, thread and disk wait for each other in turns (measured: a quarter slower). */
const LOOKUPS = 4;

export interface DedupeOptions {
  /**
   * The disks were empty when the job began. So a newly listed object cannot be on a disk that gives no answers any
   * more, and may be stored on another one.
   */
  isFresh: boolean;
  /** Returns the MD5s of what an earlier run of the job stored. Undefined when nothing must be recorded. */
  /** What earlier runs have noted of an entry. Undefined where the source cannot tell whether it has changed. */
  versions?: { find(entry: ObjectEntry): KnownVersion | undefined } | undefined;
  digestsOf?: ((volume: number, keys: readonly string[]) => Promise<readonly FileFacts[]>) | undefined;
}

/** Objects of a batch → the same, with a result for each stored one. The others get the volume of another version. */
export function createDedupe(sink: Sink, { isFresh, digestsOf, versions }: DedupeOptions): Duplex {
  return concurrent<(Delivery | Result)[], (Delivery | Result)[]>(
    async (items) => {
      const open = items.filter((item) => !isResult(item)) as Delivery[];
      if (open.length === 0) return items;
      const known = versions && open.map(({ entry }) => versions.find(entry));
      const found = await sink.has(
        open.map(({ entry, expectedSize }, index) => {
          const { key, mtimeMs, isWrong } = entry;
          // When the stored version is known to be wrong, no file on a disk counts.
          if (isWrong) return { key, size: undefined, mtimeMs: undefined };
          // A line that says nothing of the version: it is the one that was stored, or another one.
          const version = expectedSize === undefined && mtimeMs === undefined ? known?.[index] : undefined;
          return version === undefined ? { key, size: expectedSize, mtimeMs } : queryOf(key, version);
        }),
      );
      const settled = items.filter(isResult);
      const looked = open.map((delivery, index) => {
        const one = found[index]!;
        const isNew = isFresh && delivery.batch.page?.isAgain === false;
        // To continue either fails every object that is left, or stores objects of that disk a second time.
        if (one.isGone && !isNew) throw silentDisk(sink.roots);
        return one.isPresent && known?.[index] ? compared(delivery, one, known[index]) : resultOf(delivery, one);
      });
      if (digestsOf !== undefined) await addDigests(looked, digestsOf);
      return [...settled, ...looked];
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

function queryOf(key: string, { size, mtimeMs }: KnownVersion): FileQuery {
  return { key, size, mtimeMs };
}

/**
 * The file is there. Without a request it counts as the one of today if the line says so, or if this pass has stored it.
 * Else the source is asked.
 */
function compared(delivery: Delivery, found: Found, known: KnownVersion): Delivery | Result {
  const { size, mtimeMs } = delivery.entry;
  // What the line and the notes both have.
  const etag = known.etag === undefined ? undefined : delivery.entry.etag;
  const md5 = known.md5 === undefined ? undefined : delivery.entry.md5;
  const isOther = (etag !== undefined && bareEtag(known.etag!) !== etag) || (md5 !== undefined && known.md5 !== md5);
  const isSaid = size !== undefined || mtimeMs !== undefined || (etag ?? md5) !== undefined;
  if (!isOther && (isSaid || known.isOfPass)) return resultOf(delivery, found, known.size);
  delivery.home = found.home;
  // Without validators there is nothing to ask with.
  const canAsk = !isOther && (known.etag ?? known.lastModified) !== undefined;
  if (canAsk) delivery.known = found.path === undefined ? known : { ...known, path: found.path };
  return delivery;
}

function silentDisk(roots: readonly string[]): TransferError {
  return new TransferError('ERR_VOLUME', say.sources.objects.diskGone(roots.join(', ')));
}

function resultOf(delivery: Delivery, { isPresent, isUnknown, home, path }: Found, knownSize = 0): Delivery | Result {
  const { key, size = knownSize } = delivery.entry;
  if (isPresent) {
    const outcome = { status: 'skipped', bytes: size, volume: home, ...(path !== undefined && { path }) } as const;
    return { delivery, outcome };
  }
  if (!isUnknown) {
    delivery.home = home;
    return delivery;
  }
  const message = say.sources.objects.diskSilent(key);
  // A retry downloads the object and stores it twice. On a broken disk that may happen with every object.
  return { delivery, error: new TransferError('ERR_DISK', message), isFinal: true };
}
