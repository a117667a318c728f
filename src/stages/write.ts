/** Hands bodies to the volume, which checks them and moves them to their place. */
import type { Duplex } from 'node:stream';
import { TransferError, toTransferError } from '../errors.js';
import { concurrent } from '../flow/concurrent.js';
import { isResult, type Result } from '../model/part.js';
import type { Books } from '../report/books.js';
import type { FileSpec } from '../volume/messages.js';
import type { Volume } from '../volume/volume.js';
import type { Fetched } from './fetch.js';

/** As many files may be on their way to the disk as there are connections, so that neither waits for the other. */
export function createWrite(volume: Volume, { concurrency, books }: { concurrency: number; books: Books }): Duplex {
  return concurrent<Fetched | Result, Result>(
    async (item) => {
      if (isResult(item)) return item;
      const { delivery, object, permit } = item;
      try {
        const bytes = await store(volume, item, books);
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

async function store(volume: Volume, { delivery, object }: Fetched, books: Books): Promise<number> {
  const { entry, expectedSize, expectedMd5 } = delivery;
  const file: FileSpec = {
    path: entry.key,
    mtimeMs: entry.mtimeMs ?? pastMs(object.lastModifiedMs),
    size: expectedSize ?? object.size,
    md5: object.md5,
    listedMd5: expectedMd5,
  };
  const { bytes, stream } = object;
  if (bytes === undefined) return storeStream(volume, file, stream!, books);
  const size = bytes.length;
  await volume.store(file, bytes);
  return size;
}

/** A file from the future would pass as newer than anything to come. */
function pastMs(mtimeMs: number | undefined): number | undefined {
  return mtimeMs !== undefined && mtimeMs <= Date.now() ? mtimeMs : undefined;
}

/** A large body takes a while: what has arrived of it shows in the progress. */
async function storeStream(
  volume: Volume,
  file: FileSpec,
  pieces: AsyncIterable<Uint8Array>,
  books: Books,
): Promise<number> {
  let arrived = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of pieces) {
      arrived += piece.length;
      books.arrivingBytes += piece.length;
      // A body that does not end must not fill the disk before it is found out.
      if (file.size !== undefined && arrived > file.size) throw tooLong(file.path, file.size);
      yield piece;
    }
  }
  try {
    return await volume.storeStream(file, counted());
  } finally {
    books.arrivingBytes -= arrived;
  }
}

function tooLong(key: string, sizeBytes: number): TransferError {
  return new TransferError('ERR_SIZE', `${JSON.stringify(key)}: more than the expected ${sizeBytes} bytes arrived`);
}
