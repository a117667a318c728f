/** Where a key lies on this volume: its path, and the way round another object that stands there. */
import { statSync } from 'node:fs';
import { clashPath, pathOf } from '../model/names.js';
import { codeOf } from './faults.js';
import type { NameMode } from './messages.js';

/** What rename, mkdir, stat and unlink say when a file stands in a folder's place, or the other way round. */
const CLASHES: ReadonlySet<string | undefined> = new Set(['ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY']);

export function isClash(error: unknown): boolean {
  return CLASHES.has(codeOf(error));
}

export class Paths {
  readonly #root: string;
  readonly #names: NameMode;

  constructor(root: string, names: NameMode) {
    this.#root = root;
    this.#names = names;
  }

  /** Below the root. No call to the disk: this is for each object. */
  pathOf(key: string): string {
    return this.#names === 'escape' ? pathOf(key) : key;
  }

  /**
   * The path that keeps out of the way of what stands in the key's own one; undefined where nothing does, and where names
   * are not escaped. Several calls to the disk: only for a key that has met a clash.
   */
  aroundClash(key: string): string | undefined {
    if (this.#names === 'refuse') return undefined;
    const segmentCount = key.split('/').length;
    const folders: number[] = [];
    for (let index = 0; index < segmentCount - 1; index++) {
      const names = clashPath(key, { folders, isFile: false }).split('/');
      // Too long as a whole, so it is one name at the top and has no folders.
      if (names.length !== segmentCount) break;
      const kind = this.#kindOf(names.slice(0, index + 1).join('/'));
      if (kind === 'none') break;
      if (kind === 'file') folders.push(index);
    }
    const isFile = this.#kindOf(clashPath(key, { folders, isFile: false })) === 'folder';
    return isFile || folders.length > 0 ? clashPath(key, { folders, isFile }) : undefined;
  }

  /**
   * A link to a folder is a folder. A link to nothing is nothing: it may lead to a disk that is not mounted, so nobody
   * goes round it, and using it fails.
   */
  #kindOf(path: string): 'none' | 'file' | 'folder' {
    try {
      const found = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
      if (found === undefined) return 'none';
      return found.isDirectory() ? 'folder' : 'file';
    } catch {
      // It cannot even be asked about (too long, no permission): using it will say why.
      return 'none';
    }
  }
}
