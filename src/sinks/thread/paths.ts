/** Where a key lies on this volume: its path, and another path when another object is in the way. */
import { statSync } from 'node:fs';
import { STATE_FOLDER } from '../../model/key.js';
import { type NameRules, PLAIN_RULES } from '../../model/names/name-rules.js';
import { type Clashes, clashPath, type NameMode, pathOf } from '../../model/names/names.js';
import { say } from '../../texts/say.js';
import { codeOf } from './faults.js';

/** Errors of rename, mkdir, stat and unlink when a file is in a folder's place, or a folder in a file's place. */
const CLASHES: ReadonlySet<string | undefined> = new Set(['ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY']);

export function isClash(error: unknown): boolean {
  return CLASHES.has(codeOf(error));
}

const ASIDE: Clashes = { folders: [], isFile: false, isOther: true };

export class Paths {
  readonly rules: NameRules;
  readonly #root: string;
  readonly #names: NameMode;

  constructor(root: string, names: NameMode, rules: NameRules = PLAIN_RULES) {
    this.#root = root;
    this.#names = names;
    this.rules = rules;
  }

  /** Below the root. Does not call the disk: this runs for each object. */
  pathOf(key: string): string {
    return this.#names === 'escape' ? pathOf(key, this.rules) : key;
  }

  /** The second path of a key, for when another object owns its first one. Undefined when names are not escaped. */
  asideOf(key: string): string | undefined {
    return this.#names === 'escape' ? clashPath(key, ASIDE, this.rules) : undefined;
  }

  /** Why a key has no path on this disk, when names are not escaped. */
  refusal(key: string): string | undefined {
    if (this.#names === 'escape') return undefined;
    if (!this.rules.takes(key)) return say.disks.names.refused;
    const { folding } = this.rules;
    const isOwnFolder =
      folding !== undefined && this.rules.fold(key.split('/', 1)[0]!) === this.rules.fold(STATE_FOLDER);
    return isOwnFolder ? say.disks.names.ownFolder(STATE_FOLDER) : undefined;
  }

  /**
   * A path that avoids what is in the way of the key's own path (or, with `isOther`, of {@link asideOf}). Undefined
   * when nothing is in the way, and when names are not escaped. It calls the disk several times: only for a key that
   * met a clash.
   */
  aroundClash(key: string, isOther = false): string | undefined {
    if (this.#names === 'refuse') return undefined;
    const segmentCount = key.split('/').length;
    const folders: number[] = [];
    const pathWith = (isFile: boolean) => clashPath(key, { folders, isFile, isOther }, this.rules);
    for (let index = 0; index < segmentCount - 1; index++) {
      const names = pathWith(false).split('/');
      // The path is too long, so it is one name at the top without folders.
      if (names.length !== segmentCount) break;
      const kind = this.#kindOf(names.slice(0, index + 1).join('/'));
      if (kind === 'none') break;
      if (kind === 'file') folders.push(index);
    }
    const isFile = !isOther && this.#kindOf(pathWith(false)) === 'folder';
    return isFile || folders.length > 0 ? pathWith(isFile) : undefined;
  }

  /**
   * A link to a folder is a folder. A link to nothing is nothing: it may lead to a disk that is not mounted. Sluice
   * does not avoid it, and its use fails.
   */
  #kindOf(path: string): 'none' | 'file' | 'folder' {
    try {
      const found = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
      if (found === undefined) return 'none';
      return found.isDirectory() ? 'folder' : 'file';
    } catch {
      // The stat fails (too long, no permission): the use of the path reports why.
      return 'none';
    }
  }
}
