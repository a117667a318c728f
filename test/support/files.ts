// Folders of a test's own, and what lies in them.

import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openVolume, type Volume } from '../../src/volume/volume.js';

/** A new empty folder that goes away with the test. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A volume in a folder of its own; the thread has ended before the folder goes away. */
export async function tempVolume(t: TestContext): Promise<Volume> {
  const opened: Volume[] = [];
  t.after(() => opened[0]?.close());
  opened.push(await openVolume(join(tempFolder(t), 'to')));
  return opened[0]!;
}

/** Paths of all files below a folder, sorted, relative to it. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

/** Files that a run has begun and neither finished nor thrown away. */
export function tempFiles(root: string): string[] {
  return filesBelow(join(root, '.sluice', 'tmp'));
}

/** Files of this process that are open below a folder, also deleted ones; undefined where the system does not tell. */
export function openFilesBelow(folder: string): string[] | undefined {
  if (!existsSync('/proc/self/fd')) return undefined;
  return readdirSync('/proc/self/fd')
    .map((fd) => linkTarget(`/proc/self/fd/${fd}`))
    .filter((path) => path.startsWith(folder));
}

function linkTarget(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    // Closed since it was listed.
    return '';
  }
}
