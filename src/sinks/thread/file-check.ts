/** Checks which file a volume has under which key. One stat per file in the usual case. */
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { isShortOfFiles } from '../../errors.js';
import { type ChecksumKind, createChecksum } from '../../lib/checksum/checksum.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import type { Digest } from '../digests/digest-record.js';
import { KeptTimes } from '../state/kept-times.js';
import { codeOf } from './faults.js';
import { type Checked, type FileFacts, FOUND, type Versions } from './messages.js';
import type { Ownership } from './names/ownership.js';
import { isClash, type Paths } from './paths.js';

/**
 * These codes count as absent: storing the file later reports the problem. After any other error the result is unknown.
 */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EACCES', 'ELOOP']);

/** A file is hashed in pieces of this size. */
const READ_BYTES = 1024 * 1024;

/** A path and its stat. */
interface Finding {
  readonly path: string;
  readonly stat: Stats | undefined;
  /** The file has no recorded owner, on a disk that takes several names for the same. */
  readonly isUnowned?: boolean;
}

export interface FileCheckOptions {
  paths: Paths;
  /** Undefined on a disk where all names are distinct. */
  ownership?: Ownership | undefined;
  times?: KeptTimes | undefined;
  /** Whether the root still is the volume. On an unmounted disk a file that is not found is not missing. */
  isThere: () => boolean;
}

export class FileCheck {
  readonly #root: string;
  readonly #paths: Paths;
  readonly #ownership: Ownership | undefined;
  readonly #times: KeptTimes;
  readonly #isThere: () => boolean;
  /** The first file that is hashed allocates it; all others reuse it. */
  #buffer: Buffer | undefined;
  /** The last folder where this request found no file in the way. */
  #clearFolder: string | undefined;

  constructor(root: string, { paths, ownership, times = new KeptTimes(), isThere }: FileCheckOptions) {
    this.#root = root;
    this.#paths = paths;
    this.#ownership = ownership;
    this.#times = times;
    this.#isThere = isThere;
  }

  /** For each key: is there a file of that size, and not older? NaN matches any value; two NaN match no file. */
  check({ keys, sizes, mtimesMs }: Versions): Checked {
    this.#clearFolder = undefined;
    const found = new Uint8Array(keys.length);
    const paths: Checked['paths'] = [];
    let isDoubtful = false;
    for (const [index, key] of keys.entries()) {
      try {
        const finding = this.#find(key);
        found[index] = this.#compare(finding, sizes[index]!, mtimesMs[index]!);
        if (finding.stat !== undefined && finding.path !== key) paths.push([index, finding.path]);
      } catch {
        found[index] = FOUND.unknown;
      }
      isDoubtful ||= found[index] === FOUND.absent || found[index] === FOUND.unknown;
    }
    if (!isDoubtful || this.#isThere()) return { found, paths };
    return { found: found.map((one) => (one === FOUND.absent || one === FOUND.unknown ? FOUND.gone : one)), paths };
  }

  #compare({ stat, isUnowned = false }: Finding, size: number, mtimeMs: number): number {
    if (stat === undefined) return FOUND.absent;
    if (isUnowned) return FOUND.unowned;
    return this.#isThatVersion(stat, size, mtimeMs) ? FOUND.present : FOUND.other;
  }

  /**
   * For files without an owner: was this content stored under the key, with the time that the file has? Then the file
   * belongs to the key, and `adopt` records that. Returns for each key what `check` returns.
   */
  prove(
    { keys, sizes, mtimesMs }: Versions,
    digests: readonly (readonly Digest[])[],
    adopt: boolean,
  ): Uint8Array<ArrayBuffer> {
    this.#clearFolder = undefined;
    return Uint8Array.from(keys, (key, index) => {
      try {
        const finding = this.#find(key);
        const { path, stat, isUnowned } = finding;
        if (isUnowned) {
          const known = digests[index]!.filter(({ mtimeSeconds }) => this.#times.isTimeOf(mtimeSeconds, stat!.mtimeMs));
          if (known.length === 0) return FOUND.absent;
          const md5 = this.#digestOf(path, 'md5');
          if (!known.some((digest) => digest.md5 === md5)) return FOUND.absent;
          if (adopt) this.#ownership!.adopt(path, key);
        }
        return this.#compare({ path, stat }, sizes[index]!, mtimesMs[index]!);
      } catch (error) {
        if (isShortOfFiles(error)) throw error;
        return FOUND.unknown;
      }
    });
  }

  /** Path, size, time and (on request) MD5 or another digest of each key's file. Reads whole files, so ask for few at once. */
  inspect(keys: readonly string[], needsMd5: boolean, kind?: ChecksumKind): FileFacts[] {
    this.#clearFolder = undefined;
    return keys.map((key) => this.#inspectOne(key, needsMd5, kind));
  }

  #inspectOne(key: string, needsMd5: boolean, kind: ChecksumKind | undefined): FileFacts {
    const facts = { path: this.#paths.pathOf(key), size: 0, mtimeMs: 0 };
    try {
      const { path, stat, isUnowned = false } = this.#find(key);
      if (stat === undefined) {
        return this.#isThere()
          ? { ...facts, state: 'absent' }
          : { ...facts, state: 'unreadable', reason: say.disks.notMounted(this.#root) };
      }
      const md5 = needsMd5 ? this.#digestOf(path, 'md5') : undefined;
      const known = { state: isUnowned ? 'unowned' : 'present', path, size: stat.size, mtimeMs: stat.mtimeMs } as const;
      return kind === undefined ? { ...known, md5 } : { ...known, md5, digest: this.#digestOf(path, kind) };
    } catch (error) {
      // This error is not about the file.
      if (isShortOfFiles(error)) throw error;
      return { ...facts, state: 'unreadable', reason: systemText(error) };
    }
  }

  /** The path of a key's file, or undefined when there is none. Throws when the disk gives no answer. */
  locate(key: string): string | undefined {
    this.#clearFolder = undefined;
    const { path, stat, isUnowned } = this.#find(key);
    return stat === undefined || isUnowned ? undefined : path;
  }

  #find(key: string): Finding {
    if (this.#paths.refusal(key) !== undefined) return { path: key, stat: undefined };
    const found = this.#findAt(key, this.#paths.pathOf(key), false);
    const owner = this.#ownership?.ownerOf(found.path, key);
    if (owner === undefined || owner === 'self') return found;
    const aside = this.#paths.asideOf(key);
    const other = aside === undefined ? undefined : this.#findAt(key, aside, true);
    if (other?.stat !== undefined) return other;
    if (owner === 'other') return other ?? { path: found.path, stat: undefined };
    return { ...found, isUnowned: true };
  }

  /** `isOther`: the key uses a second path, because another object owns its first one. */
  #findAt(key: string, path: string, isOther: boolean): Finding {
    try {
      const stat = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
      if (stat === undefined) return IS_CLASH_SILENT ? this.#findSilent(key, path, isOther) : { path, stat };
      return stat.isDirectory()
        ? this.#findAround(key, path, isOther)
        : { path, stat: stat.isFile() ? stat : undefined };
    } catch (error) {
      if (isClash(error)) return this.#findAround(key, path, isOther);
      if (ABSENT.has(codeOf(error))) return { path, stat: undefined };
      throw error;
    }
  }

  /** Nothing is there, or a file is in a folder's place. Several calls, but only for the first key of a folder. */
  #findSilent(key: string, path: string, isOther: boolean): Finding {
    const end = key.lastIndexOf('/');
    const folder = key.slice(0, Math.max(0, end));
    if (end === -1 || folder === this.#clearFolder) return { path, stat: undefined };
    const found = this.#findAround(key, path, isOther);
    if (found.path === path) this.#clearFolder = folder;
    return found;
  }

  /** Something else is in the key's path: its file may be beside it. */
  #findAround(key: string, own: string, isOther: boolean): Finding {
    const path = this.#paths.aroundClash(key, isOther);
    if (path === undefined) return { path: own, stat: undefined };
    try {
      const stat = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
      return { path, stat: stat?.isFile() ? stat : undefined };
    } catch (error) {
      if (ABSENT.has(codeOf(error))) return { path, stat: undefined };
      throw error;
    }
  }

  #isThatVersion(stat: Stats, size: number, mtimeMs: number): boolean {
    if (Number.isNaN(size) && Number.isNaN(mtimeMs)) return false;
    // Without a known size, an empty file may be the result of a power cut.
    if (Number.isNaN(size) ? stat.size === 0 : stat.size !== size) return false;
    return Number.isNaN(mtimeMs) || !this.#times.isOlder(stat.mtimeMs, mtimeMs);
  }

  #digestOf(path: string, kind: ChecksumKind): string {
    this.#buffer ??= Buffer.allocUnsafeSlow(READ_BYTES);
    const checksum = createChecksum(kind);
    const fd = openSync(`${this.#root}/${path}`, 'r');
    try {
      for (let length = READ_BYTES; length > 0; ) {
        length = readSync(fd, this.#buffer, 0, READ_BYTES, null);
        checksum.update(this.#buffer.subarray(0, length));
      }
    } finally {
      closeSync(fd);
    }
    return checksum.hex();
  }
}

/** With `throwIfNoEntry: false`, some versions of Node do not report a file in a folder's place. */
const IS_CLASH_SILENT = isClashSilent();

function isClashSilent(): boolean {
  try {
    statSync(`${process.execPath}/below`, { throwIfNoEntry: false });
    return true;
  } catch {
    return false;
  }
}
