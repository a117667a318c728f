/** Looks at the disks of a job without their threads: the free space, and missing disks. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeRecord } from '../../journal/records.js';
import { STATE_FOLDER } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import type { VolumeStatus } from './status-text.js';

/** `records` is the job's last note about the disks. Never rejects: the result names a disk that cannot be read. */
export function lookAtVolumes(
  roots: readonly string[],
  records: readonly VolumeRecord[],
): Promise<readonly VolumeStatus[]> {
  // There are only a few folders, because a command line names them.
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
    // The mount point exists without its disk. The state folder does not.
    await stat(join(path, STATE_FOLDER));
    const { bsize, bavail, ffree, files } = await statfs(path);
    return {
      path,
      freeBytes: bavail * bsize,
      // Some file systems (btrfs) do not count inodes.
      ...(files > 0 && { freeInodes: ffree }),
      state: record?.state ?? 'in',
      ...(record?.reason && { reason: record.reason }),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return isMissing
      ? { path, state: 'missing', reason: say.jobs.plan.nothingThere }
      : { path, state: 'unreadable', reason: systemText(error, path) };
  }
}
