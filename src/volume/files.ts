/**
 * The file work of one volume, all of it synchronous: it runs in the volume's own thread, where a synchronous call
 * costs a third of an asynchronous one and a stalled disk stalls nothing else.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fsExtra from 'fs-extra';
import { isAlive } from '../flow/process.js';
import { STATE_FOLDER } from '../model/key.js';
import type { FileSpec } from './messages.js';

/** File systems and the conversion to seconds round a time by less than this. */
const MTIME_TOLERANCE_MS = 1;

/** A finding about the bytes, thrown like a system error: with a `code`. */
export class ContentError extends Error {
  readonly code: string;

  constructor(code: 'ERR_SIZE' | 'ERR_DIGEST' | 'ERR_ETAG', message: string) {
    super(message);
    this.code = code;
  }
}

/** A file being written; it has no name that anyone would look for. */
export interface OpenPart {
  readonly tempPath: string;
  readonly fd: number;
  /** None where there is no MD5 to compare with. */
  readonly hash: Hash | undefined;
  size: number;
}

/** Work on one root folder. Throws system errors as they are, and ContentError. */
export class VolumeFiles {
  readonly #root: string;
  readonly #tempFolder: string;
  /** Begins with the process that owns it, so that a second run on the same folder leaves it alone. */
  readonly #tempPrefix = `${process.pid}-${Date.now().toString(36)}-`;
  #tempCount = 0;

  constructor(root: string) {
    this.#root = root;
    this.#tempFolder = join(root, STATE_FOLDER, 'tmp');
  }

  /** Makes the folders; what an earlier run left half-written goes away, what another one is writing stays. */
  prepare(): void {
    fsExtra.ensureDirSync(this.#tempFolder);
    for (const folder of [dirname(this.#tempFolder), this.#tempFolder]) {
      // Following it would empty a folder that is none of ours, and rename would not be atomic from there.
      if (lstatSync(folder).isSymbolicLink()) throw new Error(`${folder} is a symbolic link; it has to be a folder`);
    }
    for (const name of readdirSync(this.#tempFolder)) {
      if (!isAlive(Number.parseInt(name, 10))) fsExtra.removeSync(join(this.#tempFolder, name));
    }
  }

  /** One stat: is it a file of that size, and not older? NaN does not bind; when neither binds nothing proves it, so no. */
  isPresent(path: string, size: number, mtimeMs: number): boolean {
    if (Number.isNaN(size) && Number.isNaN(mtimeMs)) return false;
    let stat: ReturnType<typeof statSync>;
    try {
      stat = statSync(`${this.#root}/${path}`, { throwIfNoEntry: false });
    } catch {
      // ENOTDIR, ENAMETOOLONG, EACCES: not there as far as we can tell; storing it will say why.
      return false;
    }
    if (stat === undefined || !stat.isFile()) return false;
    // Where no size binds, an empty file is what a power cut may have left.
    if (Number.isNaN(size) ? stat.size === 0 : stat.size !== size) return false;
    return Number.isNaN(mtimeMs) || stat.mtimeMs + MTIME_TOLERANCE_MS > mtimeMs;
  }

  /** Writes a small body and moves it to its place; wrong bytes never touch the disk. */
  store(file: FileSpec, body: Uint8Array): void {
    const needsMd5 = file.md5 !== undefined || file.listedMd5 !== undefined;
    checkContent(file, body.length, needsMd5 ? createHash('md5').update(body).digest('hex') : undefined);
    const part = this.begin(false);
    try {
      writeAll(part.fd, body);
    } catch (error) {
      this.discard(part);
      throw error;
    }
    this.#publish(part, file);
  }

  begin(needsMd5: boolean): OpenPart {
    const tempPath = `${this.#tempFolder}/${this.#tempPrefix}${(this.#tempCount++).toString(36)}`;
    return { tempPath, fd: this.#openTemp(tempPath), hash: needsMd5 ? createHash('md5') : undefined, size: 0 };
  }

  append(part: OpenPart, piece: Uint8Array): void {
    writeAll(part.fd, piece);
    part.hash?.update(piece);
    part.size += piece.length;
  }

  /** Checks the whole of it and moves it to its place. The part is gone afterwards, whatever happens. */
  commit(part: OpenPart, file: FileSpec): void {
    try {
      checkContent(file, part.size, part.hash?.digest('hex'));
    } catch (error) {
      this.discard(part);
      throw error;
    }
    this.#publish(part, file);
  }

  discard(part: OpenPart): void {
    closeSync(part.fd);
    this.#unlink(part.tempPath);
  }

  #openTemp(tempPath: string): number {
    try {
      return openSync(tempPath, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // Someone removed .sluice/tmp under the run: make it again, once.
      mkdirSync(this.#tempFolder, { recursive: true });
      return openSync(tempPath, 'wx');
    }
  }

  /** Complete and checked: give it its time, then its name. rename is atomic, the temp folder is on the same volume. */
  #publish(part: OpenPart, file: FileSpec): void {
    const path = `${this.#root}/${file.path}`;
    try {
      try {
        // As a Date: Node takes a negative number for "now".
        if (file.mtimeMs !== undefined) futimesSync(part.fd, new Date(file.mtimeMs), new Date(file.mtimeMs));
      } finally {
        closeSync(part.fd);
      }
      this.#rename(part.tempPath, path);
    } catch (error) {
      this.#unlink(part.tempPath);
      throw error;
    }
  }

  #rename(tempPath: string, path: string): void {
    try {
      renameSync(tempPath, path);
    } catch (error) {
      // The folder is made only when it turns out to be missing: no call for the many files whose folder exists.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(dirname(path), { recursive: true });
      renameSync(tempPath, path);
    }
  }

  #unlink(tempPath: string): void {
    try {
      unlinkSync(tempPath);
    } catch {
      // Already gone, or a disk that refuses everything now: the first error is the one to report.
    }
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset);
}

function checkContent(file: FileSpec, size: number, md5: string | undefined): void {
  const name = JSON.stringify(file.path);
  if (file.size !== undefined && size !== file.size) {
    throw new ContentError('ERR_SIZE', `${name}: ${size} bytes arrived, ${file.size} were expected`);
  }
  if (file.md5 !== undefined && md5 !== file.md5) {
    throw new ContentError('ERR_DIGEST', `${name}: the MD5 is ${md5}, the server says ${file.md5}`);
  }
  if (file.listedMd5 !== undefined && md5 !== file.listedMd5) {
    throw new ContentError('ERR_ETAG', `${name}: the MD5 is ${md5}, the input line says ${file.listedMd5}`);
  }
}
