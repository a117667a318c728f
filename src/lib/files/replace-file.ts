/** Replaces a small file: all of the new text takes its place, or none. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { type GiveWay, withSpaceSync } from './with-space.js';

/**
 * Writes the text beside the file, flushes it, and renames it over the file. The folder is not flushed. Throws system
 * errors; the file is then as it was, and nothing is left beside it.
 */
export function replaceFileSync(path: string, text: string, giveWay?: GiveWay): void {
  const fresh = `${path}.new`;
  try {
    withSpaceSync(() => writeFileSync(fresh, text, { flush: true }), giveWay);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** The same without a flush, for what a power cut may undo. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    await writeFile(fresh, text);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
