/**
 * Disks of a copy that are mounted read-only when a run begins, as a system does with one that it does not trust any more. What
 * lies there still counts; nothing is stored there.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { markerPath } from './marker.js';

/** The first folder keeps the state, which has to be written: it is never one of them. */
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
