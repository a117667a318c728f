/** Warns before the run of what is likely to fail later. It only warns. */

import type { Frame } from '../../journal/frontier.js';
import { folderOf } from '../../model/scope.js';
import type { Space } from '../../sinks/disks/space.js';
import { say } from '../../texts/say.js';
import type { Config } from '../run-options.js';
import { type Connections, OTHER_FILES } from './connections.js';
import { openFilesLimit } from './open-files.js';

/** Mean size of the objects that Sluice is made for. It is used to estimate inodes. */
const MEAN_OBJECT_BYTES = 33_000;
/** An ext4 folder without `large_dir` holds about this many names of usual length. Then its index is full (ENOSPC). */
const EXT4_FOLDER_NAMES = 10_000_000;
/** ext2, ext3 and ext4 share it (linux/magic.h). */
const EXT4_TYPE = 0xef53;

/** Warns when a disk runs out of inodes before it runs out of bytes. */
export function inodeWarnings(roots: readonly string[], spaces: readonly Space[]): string[] {
  return spaces.flatMap(({ bytesFree, filesFree, filesTotal }, volume) => {
    // Some file systems (btrfs) do not count inodes.
    if (filesTotal === 0 || filesFree * MEAN_OBJECT_BYTES >= bytesFree) return [];
    const meanBytes = bytesFree / Math.max(1, filesFree);
    return [say.jobs.plan.inodes({ root: roots[volume]!, files: filesFree, bytes: bytesFree, meanBytes })];
  });
}

/** The files that a run opens at most: each object needs a connection and a temporary file. */
export function neededFiles({ objects, lists, total }: Connections): number {
  return 2 * Math.min(objects.max, total) + lists.max + OTHER_FILES;
}

/** Warns when the connections and files of the run may reach the limit of open files. */
export function openFilesWarning({ connections }: Config): string | undefined {
  const limit = openFilesLimit();
  const needed = neededFiles(connections);
  if (limit === undefined || limit >= needed) return undefined;
  return say.jobs.plan.openFiles(limit, needed);
}

export interface FolderWatchOptions {
  roots: readonly string[];
  spaces: readonly Space[];
  warn: (message: string) => void;
  /** @default 10 million */
  limitNames?: number;
}

/** Warns once for each folder that gets more names than ext4 usually holds. It is called with every listed page. */
export function createFolderWatch({ roots, spaces, warn, limitNames = EXT4_FOLDER_NAMES }: FolderWatchOptions) {
  const onExt4 = roots.filter((_, volume) => spaces[volume]?.type === EXT4_TYPE);
  return ({ scope, rows }: Pick<Frame, 'scope' | 'rows'>, listed: number): void => {
    const directory = folderOf(scope);
    if (directory === undefined || onExt4.length === 0 || rows < limitNames || rows - listed >= limitNames) return;
    warn(say.jobs.plan.largeFolder(directory, limitNames, onExt4));
  };
}
