/** The main thread's side of one disk: its requests, and the count of its space. `volumes.ts` joins several. */
import { join } from 'node:path';
import { localError, TransferError } from '../../errors.js';
import type { ChecksumKind } from '../../lib/checksum/checksum.js';
import type { Arena, Place } from '../../lib/md5/arena.js';
import { MD5_SCRATCH_BYTES } from '../../lib/md5/md5.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { NameMode } from '../../model/names/names.js';
import { withFiles } from '../../model/open-files.js';
import { say, spoken } from '../../texts/say.js';
import { remedyFor } from '../../texts/system.js';
import type { FileQuery, FileSpec, StoredFile } from '../sink.js';
import type { Marker } from '../state/marker.js';
import type { Traits } from '../state/traits.js';
import type { Checked, FileFacts, Versions, VolumeFault, VolumeReply } from '../thread/messages.js';
import { type PortActivity, VolumePort } from '../thread/port.js';
import { Adoption } from './adoption.js';
import { FreeSpace, type Reserve } from './free-space.js';
import { Credit, gather, Memory } from './pieces.js';
import type { Space } from './space.js';

/** One destination folder, owned by one thread. Methods reject with a TransferError. */
export interface Volume {
  readonly root: string;
  readonly freeSpace: FreeSpace;
  /** The requests that its thread has not answered. */
  readonly activity: PortActivity;
  /** What the disk does with names and times. */
  readonly traits: Traits;
  /** One of `FOUND` per file. One stat each (two on a disk that takes several names for the same); reads no folder. */
  check(queries: readonly FileQuery[]): Promise<Checked>;
  /** Stores a complete body. In the arena it must not change before this settles; else it moves to the thread. */
  store(file: FileSpec, body: Uint8Array): Promise<StoredFile>;
  /** Stores a body that comes in pieces. When a piece fails, nothing is left behind. */
  storeStream(file: FileSpec, pieces: AsyncIterable<Uint8Array>): Promise<StoredFile>;
  /** Removes the file of a key, if there is one. */
  remove(key: string): Promise<void>;
  /** Removes files of these keys that changed since that time, or have a record behind that place in the digest log. */
  removeSince(keys: readonly string[], sinceMs: number, sinceLogBytes?: number): Promise<void>;
  /** The files under these keys. With `needsMd5` or a `digest` the thread reads the files, so ask for few at once. */
  inspect(keys: readonly string[], needsMd5: boolean, digest?: ChecksumKind): Promise<FileFacts[]>;
  /** The same, and records the MD5 that it reads. Ask for few at once. */
  digest(keys: readonly string[]): Promise<FileFacts[]>;
  /** Binds the folder to this marker. Writes the marker when it is new. */
  mark(marker: Marker, isNew: boolean): Promise<void>;
  space(): Promise<Space>;
  /** Rejects when the disk does not write. */
  probe(): Promise<void>;
  /** Makes the digest log durable, if the disk allows it. */
  sync(): Promise<void>;
  /** Finishes all requests and ends the thread. */
  close(): Promise<void>;
}

export interface VolumeOptions {
  /** Only look: create and change nothing. @default false */
  isReadOnly?: boolean | undefined;
  /** @default 'escape' */
  names?: NameMode | undefined;
  /** Where files whose path is not their key are recorded. @default the root's own `.sluice/names.ndjson` */
  namesFile?: string | undefined;
  /** Each file is flushed before it counts as stored. @default false */
  isEachSynced?: boolean | undefined;
  reserve?: Reserve | undefined;
  /** Bytes that files must not use, even when they become free. */
  owedBytes?: (() => number) | undefined;
  /** Memory for bodies that the thread reads in place. */
  arena?: Arena | undefined;
  /** Called once, when the digest log cannot be written any more. */
  onDigestFault?: ((fault: VolumeFault) => void) | undefined;
}

/**
 * Starts the thread and makes the folder (unless read-only). Rejects with ERR_VOLUME when the folder cannot be used.
 */
export async function openVolume(root: string, options: VolumeOptions = {}): Promise<Volume> {
  const { isReadOnly = false, names = 'escape', isEachSynced = false, reserve, arena, onDigestFault } = options;
  const namesFile = options.namesFile ?? join(root, STATE_FOLDER, 'names.ndjson');
  const freeSpace = new FreeSpace(reserve, options.owedBytes);
  const onNews = ({ space, digestFault }: VolumeReply) => {
    if (space !== undefined) freeSpace.report(space);
    if (digestFault !== undefined) onDigestFault?.(digestFault);
  };
  // The thread uses it until it ends.
  const scratch = arena?.allocate(MD5_SCRATCH_BYTES);
  const shared = scratch && { memory: arena!.memory!, scratch: scratch.byteOffset };
  const port = new VolumePort({ language: spoken, root, isReadOnly, names, namesFile, isEachSynced, shared }, onNews);
  const ready = await port.ready.catch((error: TransferError) => {
    throw localError('ERR_VOLUME', say.disks.unusable(error.message + remedyFor(error.cause)), error);
  });
  const { store, storeStream } = createStores(port, freeSpace, new Memory(shared && arena));

  const adoption = new Adoption(root, { isReadOnly, ask: (request) => withFiles(() => port.ask(request).done) });

  async function check(queries: readonly FileQuery[]): Promise<Checked> {
    const versions: Versions = {
      keys: queries.map(({ key }) => key),
      sizes: Float64Array.from(queries, ({ size }) => size ?? Number.NaN),
      mtimesMs: Float64Array.from(queries, ({ mtimeMs }) => mtimeMs ?? Number.NaN),
    };
    const { found, paths } = await withFiles(() => port.ask({ op: 'check', ...versions }).done);
    return adoption.settle(versions, { found: found!, paths: paths! });
  }

  async function inspect(keys: readonly string[], needsMd5: boolean, digest?: ChecksumKind): Promise<FileFacts[]> {
    const { files } = await withFiles(() => port.ask({ op: 'inspect', keys: [...keys], needsMd5, digest }).done);
    return adoption.settleFacts(keys, files!);
  }

  return {
    root,
    freeSpace,
    traits: ready.traits!,
    get activity() {
      return port.activity;
    },
    check,
    store,
    storeStream,
    remove: async (key) => void (await port.ask({ op: 'remove', key }).done),
    removeSince: async (keys, sinceMs, sinceLogBytes) =>
      void (await port.ask({ op: 'removeSince', keys: [...keys], sinceMs, sinceLogBytes }).done),
    inspect,
    digest: async (keys) => (await withFiles(() => port.ask({ op: 'digest', keys: [...keys] }).done)).files!,
    mark: async (marker, isNew) => void (await port.ask({ op: 'mark', marker, isNew }).done),
    space: async () => (await port.ask({ op: 'space' }).done).space!,
    probe: async () => void (await port.ask({ op: 'probe' }).done),
    sync: async () => void (await withFiles(() => port.ask({ op: 'sync' }).done)),
    async close() {
      await port.close();
      await adoption.close();
    },
  };
}

/** Both ways to store. They count the space of each file in `freeSpace`. */
function createStores(port: VolumePort, freeSpace: FreeSpace, memory: Memory): Pick<Volume, 'store' | 'storeStream'> {
  async function store(file: FileSpec, body: Uint8Array): Promise<StoredFile> {
    const bytes = body.length;
    freeSpace.begin(bytes);
    const onAnswer = ({ fault, space }: VolumeReply) =>
      freeSpace.end(bytes, { isStored: fault === undefined, isCounted: space !== undefined });
    const { moved, transfer } = onItsWay(ownMemory(body), memory);
    const { done } = port.ask({ op: 'store', file, body: moved }, { transfer, onAnswer });
    return (await done).stored!;
  }

  async function storeStream(file: FileSpec, pieces: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const expected = file.size ?? 0;
    let isStored = false;
    let isCounted = false;
    let grown = 0;
    /** A body without a known size must not fill the disk: it may have no end. */
    const onPiece = (length: number) => {
      if (file.size !== undefined) return;
      grown += length;
      if (!freeSpace.grow(length)) throw endless(grown, freeSpace);
    };
    freeSpace.begin(expected);
    try {
      const begun = port.ask({ op: 'begin', digest: file.digest?.kind });
      await begun.done;
      const part = begun.id;
      await writePieces({ port, part, memory }, pieces, onPiece);
      const onAnswer = ({ space }: VolumeReply) => {
        isCounted = space !== undefined;
      };
      const { stored } = await port.ask({ op: 'commit', part, file }, { onAnswer }).done;
      isStored = true;
      return stored!;
    } finally {
      freeSpace.shrink(grown);
      freeSpace.end(expected, { isStored, isCounted });
    }
  }

  return { store, storeStream };
}

/** Copies a body that shares its memory with others (small Buffers do): memory moves to the thread as a whole. */
function ownMemory(body: Uint8Array): Uint8Array {
  const isAlone = body.buffer instanceof SharedArrayBuffer || body.byteLength === body.buffer.byteLength;
  return isAlone ? body : Uint8Array.from(body);
}

/** A body in the arena stays where it is. Any other body moves to the thread. */
function onItsWay(body: Uint8Array, memory: Memory): { moved: Uint8Array | Place; transfer: ArrayBuffer | undefined } {
  const place = memory.placeOf(body);
  return place === undefined
    ? { moved: body, transfer: body.buffer as ArrayBuffer }
    : { moved: place, transfer: undefined };
}

/** Sends a body to its open file, with a few pieces in flight. A failure discards the file. */
async function writePieces(
  { port, part, memory }: { port: VolumePort; part: number; memory: Memory },
  pieces: AsyncIterable<Uint8Array>,
  onPiece: (length: number) => void,
): Promise<void> {
  const credit = new Credit();
  async function write(piece: Uint8Array): Promise<void> {
    try {
      onPiece(piece.length);
      const { moved, transfer } = onItsWay(piece, memory);
      await port.ask({ op: 'write', part, piece: moved }, { transfer }).done;
    } finally {
      memory.free(piece);
    }
  }
  try {
    for await (const piece of gather(pieces, memory)) await credit.take(write(piece));
    await credit.settle();
  } catch (error) {
    await port.ask({ op: 'discard', part }).done;
    throw error;
  }
}

function endless(bytes: number, freeSpace: FreeSpace): TransferError {
  return new TransferError('ERR_TOO_LARGE', say.disks.space.endless(bytes, freeSpace.describe()));
}
