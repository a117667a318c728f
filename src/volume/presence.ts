/** What lies on a volume under which key: one stat a file where nothing is unusual. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { codeOf } from './faults.js';
import { type FileFacts, FOUND } from './messages.js';
import { isClash, type Paths } from './paths.js';

/** File systems and the conversion to seconds round a time by less than this. */
const MTIME_TOLERANCE_MS = 1;

/** Nothing is there as far as anyone can tell; storing it will say why. Any other error leaves it open. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EACCES', 'ELOOP']);

/** A file is hashed in pieces of this size. */
const READ_BYTES = 1024 * 1024;

/** A stat, and where. */
interface Finding {
  readonly path: string;
  readonly stat: Stats | undefined;
}

export class Presence {
  readonly #root: string;
  readonly #paths: Paths;
  readonly #isThere: () => boolean;
  /** Made by the first file that is hashed, and used for all of them. */
  #buffer: Buffer | undefined;
  /** No file stood in the way to that folder, as of a look that was part of the same request. */
  #clearFolder: string | undefined;

  /** `isThere` tells whether the root still is the volume: what is missing on an unmounted disk is not missing. */
  constructor(root: string, { paths, isThere }: { paths: Paths; isThere: () => boolean }) {
    this.#root = root;
    this.#paths = paths;
    this.#isThere = isThere;
  }

  /** For each key: is there a file of that size, and not older? NaN does not bind; when neither binds nothing proves it. */
  check(keys: readonly string[], sizes: Float64Array, mtimesMs: Float64Array): Uint8Array<ArrayBuffer> {
    this.#clearFolder = undefined;
    const found = new Uint8Array(keys.length);
    let isDoubtful = false;
    for (const [index, key] of keys.entries()) {
      found[index] = this.#checkOne(key, sizes[index]!, mtimesMs[index]!);
      isDoubtful ||= found[index] === FOUND.absent || found[index] === FOUND.unknown;
    }
    if (!isDoubtful || this.#isThere()) return found;
    return found.map((one) => (one === FOUND.absent || one === FOUND.unknown ? FOUND.gone : one));
  }

  #checkOne(key: string, size: number, mtimeMs: number): number {
    try {
      const { stat } = this.#find(key);
      if (stat === undefined) return FOUND.absent;
      return isThatVersion(stat, size, mtimeMs) ? FOUND.present : FOUND.other;
    } catch {
      return FOUND.unknown;
    }
  }

  /** Path, size, time and (where it is asked for) MD5 of each key's file. Reads whole files: ask for few of them at once. */
  inspect(keys: readonly string[], needsMd5: boolean): FileFacts[] {
    this.#clearFolder = undefined;
    return keys.map((key) => this.#inspectOne(key, needsMd5));
  }

  #inspectOne(key: string, needsMd5: boolean): FileFacts {
    const facts = { path: this.#paths.pathOf(key), size: 0, mtimeMs: 0 };
    try {
      const { path, stat } = this.#find(key);
      if (stat === undefined) {
        return this.#isThere()
          ? { ...facts, state: 'absent' }
          : { ...facts, state: 'unreadable', reason: `${this.#root} is not mounted` };
      }
      const md5 = needsMd5 ? this.#md5Of(path) : undefined;
      return { state: 'present', path, size: stat.size, mtimeMs: stat.mtimeMs, md5 };
    } catch (error) {
      return { ...facts, state: 'unreadable', reason: (error as Error).message };
    }
  }

  /** The path of a key's file, or undefined when there is none. Throws when the disk does not tell. */
  locate(key: string): string | undefined {
    this.#clearFolder = undefined;
    const { path, stat } = this.#find(key);
    return stat === undefined ? undefined : path;
  }

  #find(key: string): Finding {
    const path = this.#paths.pathOf(key);
    try {
      const stat = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
      if (stat === undefined) return IS_CLASH_SILENT ? this.#findSilent(key, path) : { path, stat };
      return stat.isDirectory() ? this.#findAround(key) : { path, stat: stat.isFile() ? stat : undefined };
    } catch (error) {
      if (isClash(error)) return this.#findAround(key);
      if (ABSENT.has(codeOf(error))) return { path, stat: undefined };
      throw error;
    }
  }

  /** There is nothing, or a file in the place of a folder: several looks, but only for the first key of a folder. */
  #findSilent(key: string, path: string): Finding {
    const end = key.lastIndexOf('/');
    const folder = key.slice(0, Math.max(0, end));
    if (end === -1 || folder === this.#clearFolder) return { path, stat: undefined };
    const found = this.#findAround(key);
    if (found.path === path) this.#clearFolder = folder;
    return found;
  }

  /** Something else stands in the key's path: its file may lie beside it. */
  #findAround(key: string): Finding {
    const path = this.#paths.aroundClash(key);
    if (path === undefined) return { path: this.#paths.pathOf(key), stat: undefined };
    try {
      const stat = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
      return { path, stat: stat?.isFile() ? stat : undefined };
    } catch (error) {
      if (ABSENT.has(codeOf(error))) return { path, stat: undefined };
      throw error;
    }
  }

  #md5Of(path: string): string {
    this.#buffer ??= Buffer.allocUnsafeSlow(READ_BYTES);
    const hash = createHash('md5');
    const fd = openSync(`${this.#root}/${path}`, 'r');
    try {
      for (let length = READ_BYTES; length > 0; ) {
        length = readSync(fd, this.#buffer, 0, READ_BYTES, null);
        hash.update(this.#buffer.subarray(0, length));
      }
    } finally {
      closeSync(fd);
    }
    return hash.digest('hex');
  }
}

function isThatVersion(stat: Stats, size: number, mtimeMs: number): boolean {
  if (Number.isNaN(size) && Number.isNaN(mtimeMs)) return false;
  // Where no size binds, an empty file is what a power cut may have left.
  if (Number.isNaN(size) ? stat.size === 0 : stat.size !== size) return false;
  return Number.isNaN(mtimeMs) || stat.mtimeMs + MTIME_TOLERANCE_MS > mtimeMs;
}

/** Some versions of Node keep quiet about a file in a folder's place when they are asked not to throw. */
const IS_CLASH_SILENT = isClashSilent();

function isClashSilent(): boolean {
  try {
    statSync(`${process.execPath}/below`, { throwIfNoEntry: false });
    return true;
  } catch {
    return false;
  }
}
