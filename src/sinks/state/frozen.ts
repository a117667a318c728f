/**
 * Volumes that are mounted read-only when a run begins: the system does that with a disk that it does not trust any
 * more. Their files still count, but Sluice stores nothing there.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { markerPath } from './marker.js';

/** Never true for the first folder: it keeps the state, and Sluice must write that. */
export function isFrozen(root: string, place: number): boolean {
  return place > 0 && existsSync(markerPath(root)) && isReadOnly(root);
}

function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}
