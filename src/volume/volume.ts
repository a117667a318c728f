/** The main thread's side of a volume: what can be asked of a disk. */
import { TransferError } from '../errors.js';
import type { FileSpec } from './messages.js';
import { VolumePort } from './port.js';

/** One question of `check`; undefined = that property does not bind. */
export interface FileQuery {
  path: string;
  size: number | undefined;
  mtimeMs: number | undefined;
}

/** One destination folder, owned by one thread. Methods reject with a TransferError. */
export interface Volume {
  readonly root: string;
  /** For each file: is it there, with that size and not older? One stat each, no folder is read. */
  check(queries: readonly FileQuery[]): Promise<Uint8Array>;
  /** Stores a complete body; its memory moves to the thread and must not be used afterwards. */
  store(file: FileSpec, body: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Stores a body that comes in pieces; on a failure of the pieces nothing is left behind. */
  storeStream(file: FileSpec, pieces: AsyncIterable<Uint8Array>): Promise<number>;
  /** Finishes what was asked for and ends the thread. */
  close(): Promise<void>;
}

/** Pieces of a large body that are on their way to the disk at once: one being written, one travelling. */
const PIECES_IN_FLIGHT = 2;
/** Socket reads are gathered to this size: fewer messages and system calls for the same bytes. */
const PIECE_BYTES = 256 * 1024;

/** Starts the thread and makes the folder (unless read-only). Rejects with ERR_VOLUME when the folder cannot be used. */
export async function openVolume(root: string, { isReadOnly = false } = {}): Promise<Volume> {
  const port = new VolumePort({ root, isReadOnly });
  await port.ready.catch((error: TransferError) => {
    throw new TransferError('ERR_VOLUME', `the destination cannot be used: ${error.message}`, { cause: error });
  });

  async function check(queries: readonly FileQuery[]): Promise<Uint8Array> {
    const paths = queries.map(({ path }) => path);
    const sizes = Float64Array.from(queries, ({ size }) => size ?? Number.NaN);
    const mtimesMs = Float64Array.from(queries, ({ mtimeMs }) => mtimeMs ?? Number.NaN);
    const reply = await port.ask({ op: 'check', paths, sizes, mtimesMs }).done;
    return reply.present!;
  }

  async function store(file: FileSpec, body: Uint8Array<ArrayBuffer>): Promise<void> {
    await port.ask({ op: 'store', file, body }, body.buffer).done;
  }

  async function storeStream(file: FileSpec, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const begun = port.ask({ op: 'begin', needsMd5: file.md5 !== undefined || file.listedMd5 !== undefined });
    await begun.done;
    const part = begun.id;
    const credit = new Credit();
    let size = 0;
    try {
      for await (const piece of gather(pieces)) {
        size += piece.length;
        await credit.take(port.ask({ op: 'write', part, piece }, piece.buffer).done);
      }
      await credit.settle();
    } catch (error) {
      await port.ask({ op: 'discard', part }).done;
      throw error;
    }
    await port.ask({ op: 'commit', part, file }).done;
    return size;
  }

  return { root, check, store, storeStream, close: () => port.close() };
}

/** Lets a few writes be on their way at once; the first failed one is thrown at the next step. */
class Credit {
  #inFlight: Promise<unknown>[] = [];

  async take(write: Promise<unknown>): Promise<void> {
    // Marked as handled here; it is awaited below, in order.
    write.catch(() => {});
    this.#inFlight.push(write);
    if (this.#inFlight.length >= PIECES_IN_FLIGHT) await this.#inFlight.shift();
  }

  async settle(): Promise<void> {
    for (const write of this.#inFlight) await write;
  }
}

/** Small pieces → pieces of {@link PIECE_BYTES} that own their memory, so that they can be transferred. */
async function* gather(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let gathered: Uint8Array<ArrayBuffer> = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let length = 0;
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.length; ) {
      const taken = Math.min(piece.length - offset, PIECE_BYTES - length);
      gathered.set(piece.subarray(offset, offset + taken), length);
      offset += taken;
      length += taken;
      if (length < PIECE_BYTES) continue;
      yield gathered;
      gathered = Buffer.allocUnsafeSlow(PIECE_BYTES);
      length = 0;
    }
  }
  if (length > 0) yield gathered.subarray(0, length);
}
