/** Folders below a root: made when they turn out to be missing, and put on the platter where that is wanted. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withFilesSync } from '../../model/open-files.js';
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

/** Work goes to few folders at a time; more than these are asked about again. */
const KNOWN_LIMIT = 1_000;

/** Folders that were there lately. They may be gone since: only a help, no promise. */
export class KnownFolders {
  readonly #root: string;
  readonly #isSynced: boolean;
  readonly #known = new Set<string>();

  constructor(root: string, { isSynced }: { isSynced: boolean }) {
    this.#root = root;
    this.#isSynced = isSynced;
  }

  /**
   * Makes a folder (relative to the root) that is not there, and is not known, with those above it. Asking costs 3 µs; an
   * error of rename or mkdir, from which it could be told, too, costs 150, since Node gives it a stack.
   */
  ensure(folder: string): void {
    if (this.#known.has(folder)) return;
    // What cannot be asked about cannot be made: a path that is too long leaves nothing of it behind.
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
