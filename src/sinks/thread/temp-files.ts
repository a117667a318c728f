/** `.sluice/tmp` of a volume: files being written, on the file system of their final place, so rename is atomic. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive } from '../../lib/process/process.js';
import { STATE_FOLDER } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { isMarked } from '../state/marker.js';
import { codeOf, GoneError } from './faults.js';

/** A file without its final name. */
export interface TempFile {
  readonly path: string;
  readonly fd: number;
}

export class TempFiles {
  readonly #root: string;
  readonly #folder: string;
  /** Starts with the process id of the owner, so that a second run on the same folder does not remove it. */
  readonly #prefix = `${process.pid}-${Date.now().toString(36)}-`;
  #count = 0;
  #markerId: string | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, STATE_FOLDER, 'tmp');
  }

  /** Makes the folders. Removes the partial files of earlier runs, and keeps those of other live runs. */
  prepare(): void {
    mkdirSync(this.#folder, { recursive: true });
    for (const folder of [dirname(this.#folder), this.#folder]) {
      // Sluice must not follow the link: that empties a foreign folder, and rename from there is not atomic.
      if (lstatSync(folder).isSymbolicLink()) throw new Error(say.disks.isLink(folder));
    }
    for (const name of readdirSync(this.#folder)) {
      if (!isAlive(Number.parseInt(name, 10))) rmSync(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  /** From now on a folder without this marker is not the volume. */
  mark(markerId: string): void {
    this.#markerId = markerId;
  }

  /** Whether the marker of the volume is known. */
  get isMarked(): boolean {
    return this.#markerId !== undefined;
  }

  /** Whether the root still is the volume: an unmounted disk leaves an empty folder. Without a marker: if it exists. */
  isThere(): boolean {
    return this.#markerId === undefined ? existsSync(this.#root) : isMarked(this.#root, this.#markerId);
  }

  /** Throws a GoneError when the volume is not there any more. */
  open(): TempFile {
    const path = `${this.#folder}/${this.#prefix}${(this.#count++).toString(36)}`;
    try {
      return { path, fd: openSync(path, 'wx') };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      if (!this.isThere()) throw new GoneError();
      // .sluice/tmp was removed during the run: make it again, once.
      mkdirSync(this.#folder, { recursive: true });
      return { path, fd: openSync(path, 'wx') };
    }
  }

  discard({ path, fd }: TempFile): void {
    closeSync(fd);
    this.unlink(path);
  }

  unlink(path: string): void {
    try {
      unlinkSync(path);
    } catch {
      // Already gone, or a disk that refuses everything now: the first error is the one to report.
    }
  }

  /** Tests whether the disk writes, and throws its error if not. */
  probe(): void {
    const file = this.open();
    try {
      fsyncSync(file.fd);
    } finally {
      this.discard(file);
    }
    if (!this.isThere()) throw new GoneError();
  }
}
