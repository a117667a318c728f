/** `names.ndjson`: which object has which file, when the path is not the key. All volumes of a job append to it. */
import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { isShortOfFiles } from '../../../errors.js';
import { type GiveWay, withSpaceSync } from '../../../lib/files/with-space.js';
import { safeJson } from '../../../model/json.js';
import { say } from '../../../texts/say.js';
import { StateError } from '../faults.js';

const LINE_FEED = 10;

/** Each line is one write in append mode, so that several threads can share the file. */
export class NamesFile {
  readonly #path: string;
  readonly #root: string;
  readonly #isSynced: boolean;
  readonly #giveWay: GiveWay | undefined;
  #fd: number | undefined;

  /** `giveWay`: makes room on its full disk. */
  constructor(path: string, { root, isSynced, giveWay }: { root: string; isSynced: boolean; giveWay?: GiveWay }) {
    this.#path = path;
    this.#root = root;
    this.#isSynced = isSynced;
    this.#giveWay = giveWay;
  }

  /** Throws a StateError: Sluice must not create a file that it cannot assign to its object. */
  record(key: string, path: string): void {
    const line = Buffer.from(`${safeJson({ key, path, volume: this.#root })}\n`);
    try {
      withSpaceSync(() => this.#append(line), this.#giveWay);
    } catch (error) {
      // A later attempt can succeed.
      if (isShortOfFiles(error)) throw error;
      throw new StateError(this.#path, error as Error);
    }
  }

  #append(line: Buffer): void {
    try {
      this.#fd ??= openAtLineStart(this.#path);
      if (writeSync(this.#fd, line) < line.length) throw new PartError();
      if (this.#isSynced) fdatasyncSync(this.#fd);
    } catch (error) {
      // The next line must not follow a half-written one.
      this.close();
      throw error;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

class PartError extends Error {
  readonly code = 'ENOSPC';

  constructor() {
    super(say.disks.names.linePart);
  }
}

/** Ends a partial line that a power cut or a full disk left. */
function openAtLineStart(path: string): number {
  const fd = openSync(path, 'a+');
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== LINE_FEED) writeSync(fd, '\n');
  return fd;
}
