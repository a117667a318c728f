/** Whether a path is a key's own, where the disk takes other names for the same. */
import { statSync } from 'node:fs';
import { crashPoint } from '../../../lib/process/crash-point.js';
import type { NameRules } from '../../../model/names/name-rules.js';
import { codeOf } from '../faults.js';
import type { Owner, Owners } from './owners.js';

export class Ownership {
  readonly #root: string;
  readonly #rules: NameRules;
  readonly #owners: Owners;

  constructor(root: string, { rules, owners }: { rules: NameRules; owners: Owners }) {
    this.#root = root;
    this.#rules = rules;
    this.#owners = owners;
  }

  /** Whose file it is that lies there, or would. */
  ownerOf(path: string, key: string): Owner {
    return this.#owners.ownerOf(this.#rules.fold(path), key);
  }

  /** Takes a path for a file that is about to get it. False where it is another's, or a file is there that is nobody's. */
  take(path: string, key: string): boolean {
    const folded = this.#rules.fold(path);
    const owner = this.#owners.ownerOf(folded, key);
    if (owner !== 'none') return owner === 'self';
    const kind = this.#kindOf(path);
    if (kind === 'none') {
      this.#owners.add(folded, key);
      crashPoint('store.claimed');
    }
    // A folder there is a clash of another kind: the rename finds it, and nothing is lost by that.
    return kind !== 'file';
  }

  /** The file that lies there is that key's: its content says so. */
  adopt(path: string, key: string): void {
    const folded = this.#rules.fold(path);
    if (this.#owners.ownerOf(folded, key) === 'none') this.#owners.add(folded, key);
  }

  close(): void {
    this.#owners.close();
  }

  #kindOf(path: string): 'none' | 'file' | 'folder' {
    try {
      const found = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
      if (found === undefined) return 'none';
      return found.isDirectory() ? 'folder' : 'file';
    } catch (error) {
      // A file stands further up: the rename finds that, too.
      if (codeOf(error) === 'ENOTDIR') return 'folder';
      throw error;
    }
  }
}
