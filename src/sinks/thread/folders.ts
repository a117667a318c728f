/** Folders below a root: made when they are missing, and flushed on request. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withFilesSync } from '../../model/open-files.js';
import { codeOf, GoneError } from './faults.js';

/** Makes `folder` (relative to the root) and its missing parents. Never makes the root itself: it may be unmounted. */
export function makeFolders(root: string, folder: string, isSynced: boolean): void {
  if (folder === '.') {
    if (existsSync(root)) return;
    throw new GoneError();
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
    // Another thread or process made it first.
    if (isThere) return;
    throw error;
  }
  if (isSynced) syncFolder(dirname(path));
}

/** Files go to few folders at a time. Beyond this limit the set starts again. */
const KNOWN_LIMIT = 1_000;

/** Folders that existed lately. They may be gone since: this is a cache, not a guarantee. */
export class KnownFolders {
  readonly #root: string;
  readonly #isSynced: boolean;
  readonly #known = new Set<string>();

  constructor(root: string, { isSynced }: { isSynced: boolean }) {
    this.#root = root;
    this.#isSynced = isSynced;
  }

  /**
   * Makes a folder (relative to the root) and its parents, unless it exists or is in the cache. A stat costs 3 µs. An
   * error of rename or mkdir gives the same answer but costs 150 µs, because Node attaches a stack.
   */
  ensure(folder: string): void {
    if (this.#known.has(folder)) return;
    // When the stat fails, Sluice makes nothing: a path that is too long must not leave its upper folders behind.
    if (statSync(`${this.#root}/${folder}`, { throwIfNoEntry: false }) === undefined) {
      const end = folder.lastIndexOf('/');
      if (end !== -1) this.ensure(folder.slice(0, end));
      makeFolders(this.#root, folder, this.#isSynced);
    }
    if (this.#known.size >= KNOWN_LIMIT) this.#known.clear();
    this.#known.add(folder);
  }
}

/** The names in a folder survive a power cut only once the folder itself is synced. */
export function syncFolder(path: string): void {
  const fd = withFilesSync(() => openSync(path, 'r'));
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
