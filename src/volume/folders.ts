/** Folders below a root: made when they turn out to be missing, and put on the platter where that is wanted. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, GoneError } from './faults.js';

/** Makes `folder` (relative to the root) and what is missing above it; never the root itself, which may be unmounted. */
export function makeFolders(root: string, folder: string, isSynced: boolean): void {
  if (folder === '.') {
    if (existsSync(root)) return;
    throw new GoneError(root);
  }
  try {
    makeFolder(join(root, folder), isSynced);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolders(root, dirname(folder), isSynced);
    makeFolder(join(root, folder), isSynced);
  }
}

function makeFolder(path: string, isSynced: boolean): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const isThere = codeOf(error) === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory();
    // Somebody else was faster.
    if (isThere) return;
    throw error;
  }
  if (isSynced) syncFolder(dirname(path));
}

/** The names in a folder survive a power cut only once the folder itself is synced. */
export function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
