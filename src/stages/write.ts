/** Gives bodies to the volumes: they check them and move them to their place. */
import type { Duplex } from 'node:stream';
import { TransferError, toTransferError } from '../errors.js';
import type { EventBus } from '../events/bus.js';
import { concurrent } from '../lib/streams/concurrent.js';
import { isResult, type Result } from '../model/batch.js';
import type { CheckedBy } from '../model/digest.js';
import type { Outcome } from '../model/outcome.js';
import type { Slot } from '../pacing/slots.js';
import type { CheckedSink, FileSpec, Placed } from '../sinks/sink.js';
import { say } from '../texts/say.js';
import type { Fetched } from './fetch.js';

export interface WriteOptions {
  concurrency: number;
  events: Pick<EventBus, 'arriving'>;
}

/** As many writes at once as there are connections, so that neither waits for the other. */
export function createWrite(sink: CheckedSink, options: WriteOptions): Duplex {
  return concurrent<Fetched | Result, Result>(
    async (item) => {
      if (isResult(item)) return item;
      const { delivery, object, slot } = item;
      try {
        return { delivery, outcome: await store(sink, item, options) };
      } catch (thrown) {
        const error = toTransferError(thrown);
        object.stream?.abort?.(error);
        return { delivery, error };
      } finally {
        slot.release();
      }
    },
    { concurrency: options.concurrency },
  );
}

async function store(
  sink: CheckedSink,
  { delivery, object, slot, pieces }: Fetched,
  options: WriteOptions,
): Promise<Outcome> {
  const { entry, expectedSize, expectedMd5, home } = delivery;
  const file: FileSpec = {
    key: entry.key,
    mtimeMs: entry.mtimeMs ?? pastMs(object.lastModifiedMs),
    size: expectedSize ?? object.size,
    md5: object.md5,
    listedMd5: expectedMd5,
  };
  if (object.md5 === undefined && object.digest !== undefined) file.digest = object.digest;
  const placed =
    object.bytes === undefined
      ? await storeStream(sink, file, pieces ?? object.stream!, { home, slot, ...options })
      : await sink.put(file, object.bytes, home);
  const { bytes, volume, md5, mtimeMs, path } = placed;
  const outcome = {
    status: 'stored',
    bytes,
    volume,
    path,
    md5,
    mtimeMs,
    etag: object.etag ?? entry.etag,
    checkedBy: checkedBy(file),
    tookMs: delivery.beganMs === undefined ? undefined : performance.now() - delivery.beganMs,
  } as const;
  return object.validators === undefined ? outcome : { ...outcome, validators: object.validators };
}

/** The best that the body was compared with. */
function checkedBy({ md5, listedMd5, digest, size }: FileSpec): CheckedBy {
  if ((md5 ?? listedMd5) !== undefined) return 'md5';
  if (digest !== undefined) return digest.kind;
  return size === undefined ? 'none' : 'size';
}

/** Drops a time in the future: its file looks newer than all later versions. */
function pastMs(mtimeMs: number | undefined): number | undefined {
  return mtimeMs !== undefined && mtimeMs <= Date.now() ? mtimeMs : undefined;
}

/** A large body takes a while, so the progress shows the bytes that have arrived. */
async function storeStream(
  sink: CheckedSink,
  file: FileSpec,
  pieces: AsyncIterable<Uint8Array>,
  { home, slot, events }: WriteOptions & { home: number; slot: Slot },
): Promise<Placed> {
  let arrived = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of pieces) {
      arrived += piece.length;
      events.arriving(piece.length);
      // During this wait the socket's buffers fill up, and the server must wait too.
      const unpaid = Math.min(piece.length, arrived - slot.prepaidBytes);
      if (unpaid > 0) await slot.pay(unpaid);
      // A body without an end must not fill the disk.
      if (file.size !== undefined && arrived > file.size) throw tooLong(file.key, file.size);
      yield piece;
    }
  }
  try {
    return await sink.put(file, counted(), home);
  } finally {
    events.arriving(-arrived);
  }
}

function tooLong(key: string, sizeBytes: number): TransferError {
  return new TransferError('ERR_SIZE', say.sources.objects.answer.tooLong(key, sizeBytes));
}
