/** A folder for what does not fit into memory: beside the files, on a disk with room for it, or where the system keeps such things. */
import { mkdtempSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STATE_FOLDER } from '../../model/key.js';

/** Of the digest logs: they are sorted into files of their own, and the files that were seen are as many. */
const COPIES = 3;
const MORE_BYTES = 64 * 1024 * 1024;

/**
 * Makes it, with a name that begins so, where `check` (which removes what it refuses) has nothing against it. Throws the
 * system's error when it can be made nowhere.
 */
export function makeTempFolder(roots: readonly string[], name: string, check?: (folder: string) => void): string {
  const neededBytes = MORE_BYTES + COPIES * roots.reduce((sum, root) => sum + digestBytes(root), 0);
  const places = [...roots.map((root) => join(root, STATE_FOLDER, 'tmp')), tmpdir()];
  const rated = places.map((path) => ({ path, freeBytes: Math.min(freeBytes(path), neededBytes) }));
  // The first that has plenty; else the one with most.
  let problem: unknown;
  for (const { path } of rated.sort((one, other) => other.freeBytes - one.freeBytes)) {
    try {
      const folder = mkdtempSync(join(path, name));
      check?.(folder);
      return folder;
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}

function digestBytes(root: string): number {
  try {
    return statSync(join(root, STATE_FOLDER, 'digests')).size;
  } catch {
    return 0;
  }
}

function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
