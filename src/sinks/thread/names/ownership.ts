/** Whether a key owns a path, on a disk that takes other names for the same. */
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

  /** Who owns the file at that path, now or later. */
  ownerOf(path: string, key: string): Owner {
    return this.#owners.ownerOf(this.#rules.fold(path), key);
  }

  /** Claims a path for a new file. False when another key owns it, or when a file without an owner is there. */
  take(path: string, key: string): boolean {
    const folded = this.#rules.fold(path);
    const owner = this.#owners.ownerOf(folded, key);
    if (owner !== 'none') return owner === 'self';
    const kind = this.#kindOf(path);
    if (kind === 'none') {
      this.#owners.add(folded, key);
      crashPoint('store.claimed');
    }
    // A folder is another kind of clash: the rename finds it, and loses nothing.
    return kind !== 'file';
  }

  /** Records the key as the owner of the file there. Its content has proved that. */
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
      // A parent is a file: the rename finds that, too.
      if (codeOf(error) === 'ENOTDIR') return 'folder';
      throw error;
    }
  }
}
