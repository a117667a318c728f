/** Gives a stored file its name: the path of its key, or another one when something is in the way. */
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { crashPoint } from '../../../lib/process/crash-point.js';
import { say } from '../../../texts/say.js';
import { codeOf, NameError } from '../faults.js';
import { KnownFolders, makeFolders, syncFolder } from '../folders.js';
import { isClash, type Paths } from '../paths.js';
import type { NamesFile } from './names-file.js';
import type { Ownership } from './ownership.js';

export interface NamingOptions {
  paths: Paths;
  /** Undefined on a disk where all names are distinct. */
  ownership: Ownership | undefined;
  /** The files whose path is not their key. */
  record: NamesFile;
  isEachSynced: boolean;
}

/** Synchronous: for the volume's thread. Throws system errors unchanged, and the errors of `faults.ts`. */
export class Naming {
  readonly #root: string;
  readonly #paths: Paths;
  readonly #ownership: Ownership | undefined;
  readonly #record: NamesFile;
  readonly #isEachSynced: boolean;
  readonly #folders: KnownFolders;

  constructor(root: string, { paths, ownership, record, isEachSynced }: NamingOptions) {
    this.#root = root;
    this.#paths = paths;
    this.#ownership = ownership;
    this.#record = record;
    this.#isEachSynced = isEachSynced;
    this.#folders = new KnownFolders(root, { isSynced: isEachSynced });
  }

  close(): void {
    this.#record.close();
  }

  /** Moves a file to its key's path, or to another one when something is in the way. Returns the path. */
  move(tempPath: string, key: string): string {
    const refusal = this.#paths.refusal(key);
    if (refusal !== undefined) throw new NameError('ERR_UNSAFE_KEY', refusal);
    const path = this.#nameAt(tempPath, key, this.#paths.pathOf(key), false);
    if (path !== undefined) return path;
    const aside = this.#paths.asideOf(key);
    if (aside === undefined) throw new NameError('ERR_PATH_CONFLICT', say.disks.names.taken);
    return this.#nameAt(tempPath, key, aside, true)!;
  }

  /** Undefined when another object owns the path, or when a file without an owner is there. */
  #nameAt(tempPath: string, key: string, path: string, isOther: boolean): string | undefined {
    const move = (to: string) => {
      if (!isOther && this.#ownership?.take(to, key) === false) return undefined;
      this.#rename(tempPath, to, key);
      return to;
    };
    try {
      return move(path);
    } catch (error) {
      const other = isClash(error) ? this.#paths.aroundClash(key, isOther) : undefined;
      if (other === undefined) throw error;
      return move(other);
    }
  }

  /** rename is atomic: the temp folder is on the same volume. */
  #rename(tempPath: string, path: string, key: string): void {
    if (path !== key) {
      // The record comes first, so that no file ever exists without a recorded owner.
      this.#record.record(key, path);
      crashPoint('store.named');
    }
    const fullPath = `${this.#root}/${path}`;
    const end = path.lastIndexOf('/');
    if (end !== -1) this.#folders.ensure(path.slice(0, end));
    try {
      renameSync(tempPath, fullPath);
    } catch (error) {
      // The folder was removed while the run used it.
      if (codeOf(error) !== 'ENOENT') throw error;
      makeFolders(this.#root, dirname(path), this.#isEachSynced);
      renameSync(tempPath, fullPath);
    }
    if (this.#isEachSynced) syncFolder(dirname(fullPath));
  }
}
