/** Replaces the journal file: begins a new file beside it, completes it, and renames it. */
import { rmSync, statSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { GiveWay } from '../lib/files/with-space.js';
import { LineLog } from '../lib/line-log/line-log.js';
import { crashPoint } from '../lib/process/crash-point.js';
import { withFiles } from '../model/open-files.js';
import { previousPath } from './load.js';
import type { AnyRecord } from './records.js';

/** Frees the reserved space first. Then it removes the previous file: that is only needed when this one is damaged. */
export function giveWayFor(
  path: string,
  { reserved, isWhole }: { reserved: { giveWay: GiveWay } | undefined; isWhole: () => boolean },
): GiveWay | undefined {
  if (reserved === undefined) return undefined;
  const previous = previousPath(path);
  return (attempt) => {
    if (reserved.giveWay(attempt)) return true;
    if (!isWhole() || statSync(previous, { throwIfNoEntry: false }) === undefined) return false;
    rmSync(previous, { force: true });
    return true;
  };
}

/** Writes a new file beside the existing one. On a failure the existing one is unchanged. */
export async function beginLog(
  path: string,
  snapshot: readonly AnyRecord[],
  { after, giveWay }: { after: number; giveWay: GiveWay | undefined },
): Promise<LineLog> {
  const log = await withFiles(() => LineLog.create(`${path}.new`, after, giveWay));
  try {
    await log.append(snapshot);
    await log.sync();
    crashPoint('compact.written');
    return log;
  } catch (error) {
    await log.close();
    await rm(`${path}.new`, { force: true }).catch(() => {});
    throw error;
  }
}

/** Renames the new file over the existing one. */
export async function putInPlace(path: string, log: LineLog, { isNew }: { isNew: boolean }): Promise<LineLog> {
  try {
    await rm(previousPath(path), { force: true });
    crashPoint('compact.cleared');
    // A new job must not recover from the file of an earlier job.
    if (!isNew) await keep(path);
    crashPoint('compact.kept');
    await rename(`${path}.new`, path);
    crashPoint('compact.renamed');
    await syncFolder(dirname(path));
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function keep(path: string): Promise<void> {
  try {
    await link(path, previousPath(path));
  } catch {
    // The file system has no hard links, or there is no file yet: then there is no previous file.
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await withFiles(() => open(folder, 'r'));
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
