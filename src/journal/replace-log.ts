/** A new journal file beside the one that is there: begun, complete, and then in its place. */
import { rmSync, statSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { GiveWay } from '../lib/files/with-room.js';
import { LineLog } from '../lib/line-log/line-log.js';
import { crashPoint } from '../lib/process/crash-point.js';
import { withFiles } from '../model/open-files.js';
import { previousPath } from './load.js';
import type { AnyRecord } from './records.js';

/** What is set aside, and then the file before this one, which is there only in case that this one is damaged. */
export function giveWayFor(
  path: string,
  { room, isWhole }: { room: { giveWay: GiveWay } | undefined; isWhole: () => boolean },
): GiveWay | undefined {
  if (room === undefined) return undefined;
  const previous = previousPath(path);
  return (attempt) => {
    if (room.giveWay(attempt)) return true;
    if (!isWhole() || statSync(previous, { throwIfNoEntry: false }) === undefined) return false;
    rmSync(previous, { force: true });
    return true;
  };
}

/** A new file beside the one that is there, which is as it was when this fails. */
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

/** It takes the name of the one that is there. */
export async function putInPlace(path: string, log: LineLog, { isNew }: { isNew: boolean }): Promise<LineLog> {
  try {
    await rm(previousPath(path), { force: true });
    crashPoint('compact.cleared');
    // What came before a new job must not be taken for a part of it.
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
    // A file system without hard links, or the first file of all: then there is no second chance, that is all.
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
