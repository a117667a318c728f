/**
 * All disks of a job as one store: where each file is, which disk gets a new file, and what to do when a disk refuses.
 */
import { Arena } from '../../lib/md5/arena.js';
import type { Traits } from '../state/traits.js';
import type { FileFacts, FileSpec, NameMode, StoredFile, VolumeFault } from '../thread/messages.js';
import type { PortActivity } from '../thread/port.js';
import { canSync, SYNC_COMMAND, type SyncCommand, syncVolume } from './barrier.js';
import type { Reserve } from './free-space.js';
import { Health, type VolumeEvent, type VolumeStatus } from './health.js';
import { type Found, lookUp } from './lookup.js';
import { joinVolumes } from './membership.js';
import { Placing } from './placing.js';
import type { Space } from './space.js';
import type { FileQuery, Volume } from './volume.js';

/** What must survive a power cut. `barrier`: all that a barrier covers. `file`: each stored file. `none`: nothing. */
export type Durability = 'barrier' | 'file' | 'none';

/** A stored file, and the place of its disk in `--to`. */
export type Placed = StoredFile & { volume: number };

/** Every destination folder of a job. Methods reject with a TransferError. No memory is kept for an object. */
export interface Volumes {
  /** In the order of `--to`. The index here identifies a volume. */
  readonly roots: readonly string[];
  /** Bytes that each could take when the job began. With these a restart places files as before. */
  readonly weights: readonly number[];
  /** What each disk does with names and times. */
  readonly traits: readonly Traits[];
  /** The ids of their markers: they tell a disk from another one that is mounted in its place. */
  readonly ids: readonly string[];
  /** Memory for bodies that are stored without a copy. */
  readonly arena: Arena;
  /** Where each file is, if anywhere. Asks every disk about all of them. */
  check(queries: readonly FileQuery[]): Promise<Found[]>;
  /**
   * Stores a complete body, at `home` (from `check`; -1 = none) if it has room there. A body in the arena must not
   * change before this settles; any other body moves away. ERR_VOLUME_OUT: the disk takes no more, deliver it again.
   * ERR_NO_SPACE: no disk has room.
   */
  store(file: FileSpec, body: Uint8Array, home: number): Promise<Placed>;
  /** The same for a body that comes in pieces. On a failure nothing is left behind. */
  storeStream(file: FileSpec, pieces: AsyncIterable<Uint8Array>, home: number): Promise<Placed>;
  /** Removes the file of a key on one volume, if there is one. */
  remove(volume: number, key: string): Promise<void>;
  /** Removes, on all volumes, the files of these keys that were stored since then. */
  withdraw(keys: readonly string[], since: { atMs: number; logBytes: Readonly<Record<string, number>> }): Promise<void>;
  /** The last report of the kernel for each. */
  readonly knownSpace: readonly (Space | undefined)[];
  /** Bytes that the disks in use may still fill, by the last reports. */
  readonly roomBytes: number;
  /** The files on one volume under these keys. With `needsMd5` they are read, so ask for few at once. */
  inspect(volume: number, keys: readonly string[], needsMd5: boolean): Promise<FileFacts[]>;
  /** The same, and records the MD5s: the log has lost them. Ask for few at once. */
  digest(volume: number, keys: readonly string[]): Promise<FileFacts[]>;
  /** Makes all that was stored on these volumes before durable (durability `barrier`). Rejects with ERR_DISK. */
  barrier(volumes: Iterable<number>): Promise<void>;
  states(): readonly VolumeStatus[];
  /** The requests that each thread has not answered. */
  activity(): readonly PortActivity[];
  /** Asks the kernel for the space of each, now. */
  space(): Promise<Space[]>;
  /** Finishes all requests and ends the threads. */
  close(): Promise<void>;
}

export interface VolumesOptions {
  /** Only look: create and change nothing. @default false */
  isReadOnly?: boolean;
  /** @default 'escape' */
  names?: NameMode;
  /** @default 'barrier' */
  durability?: Durability;
  /** Kept free on each disk. @default the smaller of 1 GiB and 1 % of the disk */
  reserve?: Reserve | undefined;
  /** For the first disk: bytes that the state of the job needs before files get any. @default nothing */
  owedBytes?: (() => number) | undefined;
  /** From an earlier run of the same job. @default what is free now */
  weights?: readonly number[] | undefined;
  /** The user starts again with these folders. Ignores what their markers say of others. @default false */
  isRestart?: boolean;
  onEvent?: (event: VolumeEvent) => void;
  /** First wait before a disk that was left out is tested again; it doubles. @default 2 s */
  firstLookMs?: number;
  /** @default an arena of size 0 */
  arena?: Arena | undefined;
  /** @default `sync -f` */
  syncCommand?: SyncCommand;
}

const FIRST_LOOK_MS = 2_000;

/** Opens every folder, one thread each. ERR_VOLUME: one cannot be used, or they do not belong together. */
export async function openVolumes(roots: readonly string[], options: VolumesOptions = {}): Promise<Volumes> {
  const { isReadOnly = false, durability = 'barrier', syncCommand = SYNC_COMMAND, onEvent = () => {} } = options;
  const isSyncing = durability === 'barrier' && !isReadOnly;
  const hasSync = isSyncing && (await canSync(syncCommand));
  const isEachSynced = durability === 'file' || (isSyncing && !hasSync);
  const onDigestFault = (volume: number, { message }: VolumeFault) =>
    onEvent({ volume, root: roots[volume]!, state: 'digests', reason: DIGESTS_LOST + message });
  const { arena = new Arena(0) } = options;
  const { volumes, markers, frozen } = await joinVolumes(roots, {
    ...options,
    isReadOnly,
    isEachSynced,
    arena,
    onDigestFault,
  });
  if (isSyncing && !hasSync) onEvent({ volume: 0, root: roots[0]!, state: 'durability', reason: NO_SYNC });

  const health = new Health(volumes, { onEvent, firstLookMs: options.firstLookMs ?? FIRST_LOOK_MS });
  const placing = new Placing(volumes, { health, ids: markers.map(({ id }) => id), weights: options.weights });
  for (const [volume, isFrozen] of frozen.entries()) if (isFrozen) health.retire(volume, 'out', FROZEN);
  let hasNewNames = false;

  async function store(
    file: FileSpec,
    bytes: number,
    home: number,
    put: (volume: Volume) => Promise<StoredFile>,
  ): Promise<Placed> {
    const volume = placing.choose(file.key, bytes, home);
    let stored: StoredFile;
    try {
      stored = await put(volumes[volume]!);
    } catch (error) {
      throw placing.refused(volume, error, bytes);
    }
    health.succeeded(volume);
    hasNewNames ||= stored.path !== undefined;
    // Never two copies. When the old copy cannot be removed now, the next run finds both.
    if (home >= 0 && home !== volume) await volumes[home]!.remove(file.key).catch(() => {});
    const { bytes: size, md5, mtimeMs, path } = stored;
    return { bytes: size, md5, mtimeMs, path, volume };
  }

  async function barrier(wanted: Iterable<number>): Promise<void> {
    const touched = new Set(wanted);
    // The first volume holds the file of recorded names.
    if (hasNewNames) touched.add(0);
    await Promise.all(
      [...touched].map(async (volume) => {
        const { root, sync } = volumes[volume]!;
        await sync();
        if (hasSync) await syncVolume(root, markers[volume]!, syncCommand);
      }),
    );
  }

  return {
    roots: [...roots],
    weights: placing.weights,
    traits: volumes.map(({ traits }) => traits),
    ids: markers.map(({ id }) => id),
    arena,
    check: (queries) =>
      lookUp(volumes, queries, { isReadOnly, onSilent: (volume) => health.retire(volume, 'out', SILENT) }),
    store: (file, body, home) => store(file, body.length, home, (volume) => volume.store(file, body)),
    storeStream: (file, pieces, home) =>
      store(file, file.size ?? 0, home, (volume) => volume.storeStream(file, pieces)),
    remove: (volume, key) => volumes[volume]!.remove(key),
    withdraw: async (keys, { atMs, logBytes }) => {
      await Promise.all(volumes.map((volume) => volume.withdraw(keys, atMs, logBytes[volume.root])));
    },
    get knownSpace() {
      return volumes.map(({ room }) => room.space);
    },
    get roomBytes() {
      return volumes.reduce((sum, { room }, volume) => {
        if (!health.isIn(volume)) return sum;
        return sum + (room.space === undefined ? Number.POSITIVE_INFINITY : Math.max(0, room.bytesBeyondReserve));
      }, 0);
    },
    inspect: (volume, keys, needsMd5) => volumes[volume]!.inspect(keys, needsMd5),
    digest: (volume, keys) => volumes[volume]!.digest(keys),
    barrier,
    activity: () => volumes.map(({ activity }) => activity),
    states: () => health.all,
    space: () => Promise.all(volumes.map((volume) => volume.space())),
    close: async () => {
      health.close();
      await Promise.all(volumes.map((volume) => volume.close()));
    },
  };
}

const SILENT = 'it does not tell what lies on it: unmounted, deleted or broken';
const FROZEN =
  'its file system is mounted read-only; what lies there counts, and a run that begins when it can be written uses it again';
const DIGESTS_LOST = 'MD5s are not kept from now on, so a later check of the contents will know less: ';
const NO_SYNC = 'sync -f is not to be had here, so each file is synced on its own, as with --durability file';
