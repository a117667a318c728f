/** A folder for data that does not fit into memory: on a disk of the copy with room, or in the system's folder. */
import { mkdtempSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STATE_FOLDER } from '../../model/key.js';

/**
 * Copies of the digest logs that need room: Sluice sorts them into new files, and the files that it saw are as many.
 */
const COPIES = 3;
const MORE_BYTES = 64 * 1024 * 1024;

/**
 * Creates the folder where `check` accepts it; its name starts with `name`. `check` removes a folder that it refuses.
 * Throws the system's error when no place works.
 */
export function makeTempFolder(roots: readonly string[], name: string, check?: (folder: string) => void): string {
  const neededBytes = MORE_BYTES + COPIES * roots.reduce((sum, root) => sum + digestBytes(root), 0);
  const places = [...roots.map((root) => join(root, STATE_FOLDER, 'tmp')), tmpdir()];
  const rated = places.map((path) => ({ path, freeBytes: Math.min(freeBytes(path), neededBytes) }));
  // Uses the first folder with enough room; otherwise the folder with the most room.
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
