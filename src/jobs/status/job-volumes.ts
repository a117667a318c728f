/** Looks at the disks of a job without a thread of theirs: what is free there, and which of them is missing. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeRecord } from '../../journal/records.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { VolumeStatus } from './status-text.js';

/** `records` is what the job noted about them last. Never rejects: what cannot be looked at is said. */
export function lookAtVolumes(
  roots: readonly string[],
  records: readonly VolumeRecord[],
): Promise<readonly VolumeStatus[]> {
  // A few folders, named on a command line.
  return Promise.all(
    roots.map((root) =>
      look(
        root,
        records.find((record) => record.root === root),
      ),
    ),
  );
}

async function look(path: string, record: VolumeRecord | undefined): Promise<VolumeStatus> {
  try {
    // The folder of a mount is there without its disk; what lies in it is not.
    await stat(join(path, STATE_FOLDER));
    const { bsize, bavail, ffree, files } = await statfs(path);
    return {
      path,
      freeBytes: bavail * bsize,
      // Some file systems (btrfs) do not count them.
      ...(files > 0 && { freeInodes: ffree }),
      state: record?.state ?? 'in',
      ...(record?.reason && { reason: record.reason }),
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return isMissing
      ? { path, state: 'missing', reason: 'nothing of the job is there: is the disk not mounted?' }
      : { path, state: 'unreadable', reason: message };
  }
}
