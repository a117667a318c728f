/** Opens the disks of a job together: checks that they belong together, and writes the markers that say so. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { localError, TransferError } from '../../errors.js';
import type { Arena } from '../../lib/md5/arena.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { NameMode } from '../../model/names/names.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { isFrozen } from '../state/frozen.js';
import { type KnownRoot, type Marker, readMarkers, rootsProblem } from '../state/marker.js';
import type { VolumeFault } from '../thread/messages.js';
import type { Reserve } from './free-space.js';
import { openVolume, type Volume } from './volume.js';

export interface JoinOptions {
  isReadOnly: boolean;
  isEachSynced: boolean;
  /** Ignores what the markers say of other folders. */
  isRestart?: boolean;
  names?: NameMode;
  reserve?: Reserve | undefined;
  /** For the first disk: bytes that the state of the job needs before files get any. */
  owedBytes?: (() => number) | undefined;
  arena?: Arena | undefined;
  onDigestFault: (volume: number, fault: VolumeFault) => void;
}

export interface Joined {
  volumes: Volume[];
  markers: Marker[];
  /** The volumes that take no files, because they are mounted read-only. */
  frozen: boolean[];
}

/** Rejects with ERR_VOLUME. Then no thread is left, and no new marker that blocks another attempt. */
export async function joinVolumes(roots: readonly string[], options: JoinOptions): Promise<Joined> {
  const { isReadOnly, isRestart = false } = options;
  const known = await readMarkers(roots);
  const problem = isRestart ? undefined : rootsProblem(known);
  if (problem !== undefined) throw new TransferError('ERR_VOLUME', problem);
  const frozen = roots.map((root, place) => !isReadOnly && isFrozen(root, place));
  const volumes = await openAll(roots, frozen, options);
  const markers = markersFor(known, volumes);
  try {
    if (!isReadOnly) {
      await markAll(volumes, { known, markers, frozen });
      await Promise.all(volumes.map((volume) => volume.space()));
    }
  } catch (error) {
    await Promise.allSettled(volumes.map((volume) => volume.close()));
    throw localError('ERR_VOLUME', say.disks.unusable(systemText(error)), error);
  }
  return { volumes, markers, frozen };
}

async function openAll(
  roots: readonly string[],
  frozen: readonly boolean[],
  { onDigestFault, owedBytes, ...options }: JoinOptions,
): Promise<Volume[]> {
  const namesFile = join(roots[0]!, STATE_FOLDER, 'names.ndjson');
  const opened = await Promise.allSettled(
    roots.map((root, index) =>
      openVolume(root, {
        ...options,
        isReadOnly: options.isReadOnly || frozen[index]!,
        namesFile,
        ...(index === 0 && { owedBytes }),
        onDigestFault: (fault) => onDigestFault(index, fault),
      }),
    ),
  );
  const volumes = opened.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed === undefined) return volumes;
  await Promise.allSettled(volumes.map((volume) => volume.close()));
  throw failed.reason;
}

function markersFor(known: readonly KnownRoot[], volumes: readonly Volume[]): Marker[] {
  const roots = known.map(({ root }) => root);
  return known.map(({ marker }, index) => ({
    id: marker?.id ?? randomUUID(),
    roots,
    createdAt: marker?.createdAt ?? new Date().toISOString(),
    traits: volumes[index]!.traits,
  }));
}

/**
 * In two steps, so that a killed run leaves nothing that looks like a lost disk: the markers name the other folders
 * only after every folder has a marker. A frozen volume may name the folders of an earlier run.
 */
async function markAll(
  volumes: readonly Volume[],
  { known, markers, frozen }: { known: readonly KnownRoot[]; markers: readonly Marker[]; frozen: readonly boolean[] },
): Promise<void> {
  const isNew = known.map(
    ({ marker }, index) => !frozen[index] && JSON.stringify(marker) !== JSON.stringify(markers[index]),
  );
  if (volumes.length > 1) {
    const unmarked = volumes.filter((_, index) => known[index]!.marker === undefined);
    await Promise.all(unmarked.map((volume) => volume.mark({ ...markers[volumes.indexOf(volume)]!, roots: [] }, true)));
  }
  await Promise.all(volumes.map((volume, index) => volume.mark(markers[index]!, isNew[index]!)));
}
