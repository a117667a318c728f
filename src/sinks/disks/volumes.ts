/**
 * All disks of a job as one store: where each file is, which disk gets a new file, and what to do when a disk refuses.
 */
import type { ChecksumKind } from '../../lib/checksum/checksum.js';
import { Arena } from '../../lib/md5/arena.js';
import type { NameMode } from '../../model/names/names.js';
import { say } from '../../texts/say.js';
import type { CheckedSink, FileSpec, Placed, StoredFile } from '../sink.js';
import type { Traits } from '../state/traits.js';
import type { FileFacts, VolumeFault } from '../thread/messages.js';
import type { PortActivity } from '../thread/port.js';
import { canSync, SYNC_COMMAND, type SyncCommand, syncVolume } from './barrier.js';
import type { Reserve } from './free-space.js';
import { Health, type VolumeEvent, type VolumeStatus } from './health.js';
import { lookUp } from './lookup.js';
import { joinVolumes } from './membership.js';
import { Placing } from './placing.js';
import type { Space } from './space.js';
import type { Volume } from './volume.js';

/** What must survive a power cut. `barrier`: all that a barrier covers. `file`: each stored file. `none`: nothing. */
export type Durability = 'barrier' | 'file' | 'none';

/** Every destination folder of a job. Methods reject with a TransferError. No memory is kept for an object. */
export interface Volumes extends CheckedSink {
  /** Bytes that each could take when the job began. With these a restart places files as before. */
  readonly weights: readonly number[];
  /** What each disk does with names and times. */
  readonly traits: readonly Traits[];
  /** The ids of their markers: they tell a disk from another one that is mounted in its place. */
  readonly ids: readonly string[];
  /** Memory for bodies that are stored without a copy. */
  readonly arena: Arena;
  /** Removes the file of a key on one volume, if there is one. */
  remove(volume: number, key: string): Promise<void>;
  /** Removes, on all volumes, the files of these keys that were stored since then. */
  removeSince(
    keys: readonly string[],
    since: { atMs: number; logBytes: Readonly<Record<string, number>> },
  ): Promise<void>;
  /** The last report of the kernel for each. */
  readonly knownSpace: readonly (Space | undefined)[];
  /** Bytes that each may still fill, by the last report; undefined = there was none. */
  readonly rooms: readonly (number | undefined)[];
  /** Bytes that the disks in use may still fill, by the last reports. */
  readonly roomBytes: number;
  /** The files on one volume under these keys. With `needsMd5` or a `digest` they are read, so ask for few at once. */
  inspect(volume: number, keys: readonly string[], needsMd5: boolean, digest?: ChecksumKind): Promise<FileFacts[]>;
  /** The same, and records the MD5s: the log has lost them. Ask for few at once. */
  digest(volume: number, keys: readonly string[]): Promise<FileFacts[]>;
  states(): readonly VolumeStatus[];
  /** The requests that each thread has not answered. */
  activity(): readonly PortActivity[];
  /** Asks the kernel for the space of each, now. */
  space(): Promise<Space[]>;
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
    onEvent({ volume, root: roots[volume]!, state: 'digests', reason: say.disks.state.digestsLost(message) });
  const { arena = new Arena(0) } = options;
  const { volumes, markers, frozen } = await joinVolumes(roots, {
    ...options,
    isReadOnly,
    isEachSynced,
    arena,
    onDigestFault,
  });
  if (isSyncing && !hasSync)
    onEvent({ volume: 0, root: roots[0]!, state: 'durability', reason: say.disks.state.noSync });

  const health = new Health(volumes, { onEvent, firstLookMs: options.firstLookMs ?? FIRST_LOOK_MS });
  const placing = new Placing(volumes, { health, ids: markers.map(({ id }) => id), weights: options.weights });
  for (const [volume, isFrozen] of frozen.entries())
    if (isFrozen) health.exclude(volume, 'out', say.disks.state.frozen);
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

  async function flush(wanted: Iterable<number>): Promise<void> {
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
    has: (queries) =>
      lookUp(volumes, queries, {
        isReadOnly,
        onSilent: (volume) => health.exclude(volume, 'out', say.disks.state.silent),
      }),
    put: (file, body, home) =>
      body instanceof Uint8Array
        ? store(file, body.length, home, (volume) => volume.store(file, body))
        : store(file, file.size ?? 0, home, (volume) => volume.storeStream(file, body)),
    remove: (volume, key) => volumes[volume]!.remove(key),
    removeSince: async (keys, { atMs, logBytes }) => {
      await Promise.all(volumes.map((volume) => volume.removeSince(keys, atMs, logBytes[volume.root])));
    },
    get knownSpace() {
      return volumes.map(({ freeSpace }) => freeSpace.space);
    },
    get rooms() {
      return volumes.map(({ freeSpace }) => (freeSpace.space === undefined ? undefined : freeSpace.bytesBeyondReserve));
    },
    get roomBytes() {
      return volumes.reduce((sum, { freeSpace }, volume) => {
        if (!health.isIn(volume)) return sum;
        return (
          sum + (freeSpace.space === undefined ? Number.POSITIVE_INFINITY : Math.max(0, freeSpace.bytesBeyondReserve))
        );
      }, 0);
    },
    inspect: (volume, ...asked) => volumes[volume]!.inspect(...asked),
    digest: (volume, keys) => volumes[volume]!.digest(keys),
    flush,
    activity: () => volumes.map(({ activity }) => activity),
    states: () => health.all,
    space: () => Promise.all(volumes.map((volume) => volume.space())),
    close: async () => {
      health.close();
      await Promise.all(volumes.map((volume) => volume.close()));
    },
  };
}
