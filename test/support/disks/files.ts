// Folders of a test's own, and what lies in them.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { openVolume, type Volume, type VolumeOptions } from '../../../src/sinks/disks/volume.js';
import { openVolumes, type Volumes, type VolumesOptions } from '../../../src/sinks/disks/volumes.js';
import type { Traits } from '../../../src/sinks/state/traits.js';

/** A new empty folder that goes away with the test. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One disk in a folder of its own; the thread has ended before the folder goes away. */
export async function tempVolume(t: TestContext, options?: VolumeOptions): Promise<Volume> {
  const opened: Volume[] = [];
  t.after(() => opened[0]?.close());
  opened.push(await openVolume(join(tempFolder(t), 'to'), options));
  return opened[0]!;
}

/** Makes a folder one of a volume whose disk has such traits, as an earlier run has found them, whatever it has now. */
export function writeTraits(root: string, traits: Traits): void {
  mkdirSync(join(root, '.sluice'), { recursive: true });
  const marker = {
    id: '00000000-0000-4000-8000-000000000000',
    roots: [],
    createdAt: '2020-01-01T00:00:00.000Z',
    traits,
  };
  writeFileSync(join(root, '.sluice', 'volume.json'), `${JSON.stringify(marker)}\n`);
}

/** Volumes in folders of their own (one, unless more are wanted); the threads have ended before the folders go away. */
export async function tempVolumes(t: TestContext, { count = 1, ...options }: VolumesOptions & { count?: number } = {}) {
  // Hooks run in this order: a folder that a thread still writes into cannot be removed, and that would be the end of the hooks.
  const open = closingVolumes(t);
  const folder = tempFolder(t);
  return open(
    Array.from({ length: count }, (_, index) => join(folder, `disk${index}`)),
    options,
  );
}

/** Volumes that are closed even if the test fails before it comes to that. */
export function openedVolumes(t: TestContext, roots: readonly string[], options?: VolumesOptions): Promise<Volumes> {
  return closingVolumes(t)(roots, options);
}

function closingVolumes(t: TestContext) {
  const opened: Volumes[] = [];
  t.after(() => opened[0]?.close());
  return async (roots: readonly string[], options?: VolumesOptions): Promise<Volumes> => {
    opened.push(await openVolumes(roots, { syncCommand: ['true'], ...options }));
    return opened[0]!;
  };
}

/** What every volume keeps for itself: no object, and nothing half-written. */
const OWN_FILES = new Set(['.sluice/volume.json', '.sluice/digests', '.sluice/names.ndjson', '.sluice/owners']);

/** Paths of all files below a folder, sorted, relative to it; without those that a volume keeps for itself. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => !OWN_FILES.has(path) && statSync(join(folder, path)).isFile())
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
    .filter((path) => path.startsWith(folder) && !OWN_FILES.has(relative(folder, path)));
}

/** Where a link leads; '' when it is gone. */
export function linkTarget(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    // Closed since it was listed.
    return '';
  }
}
