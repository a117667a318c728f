/** Hands bodies to the volume, which checks them and moves them to their place. */
import type { Duplex } from 'node:stream';
import { toTransferError } from '../errors.js';
import { concurrent } from '../flow/concurrent.js';
import { isResult, type Result } from '../model/part.js';
import type { FileSpec } from '../volume/messages.js';
import type { Volume } from '../volume/volume.js';
import type { Fetched } from './fetch.js';

/** As many files may be on their way to the disk as there are connections, so that neither waits for the other. */
export function createWrite(volume: Volume, { concurrency }: { concurrency: number }): Duplex {
  return concurrent<Fetched | Result, Result>(
    async (item) => {
      if (isResult(item)) return item;
      const { delivery, object, permit } = item;
      try {
        const bytes = await store(volume, item);
        return { delivery, outcome: { status: 'stored', bytes } };
      } catch (thrown) {
        const error = toTransferError(thrown);
        object.stream?.abort(error);
        return { delivery, error };
      } finally {
        permit.release();
      }
    },
    { concurrency },
  );
}

async function store(volume: Volume, { delivery, object }: Fetched): Promise<number> {
  const { entry, expectedSize, expectedMd5 } = delivery;
  const file: FileSpec = {
    path: entry.key,
    mtimeMs: entry.mtimeMs ?? object.lastModifiedMs,
    size: expectedSize ?? object.size,
    md5: object.md5,
    listedMd5: expectedMd5,
  };
  const { bytes, stream } = object;
  if (bytes === undefined) return volume.storeStream(file, stream!);
  const size = bytes.length;
  await volume.store(file, bytes);
  return size;
}
