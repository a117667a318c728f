/** The manifest: one line for each stored object, appended at once, for a later comparison. */
import { once } from 'node:events';
import { createWriteStream, fdatasync, fstatSync, ftruncateSync, openSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import fsExtra from 'fs-extra';
import { localError, type TransferError } from '../../errors.js';
import { fullDiskFs } from '../../lib/files/full-disk-fs.js';
import { wholeLinesBytes } from '../../lib/files/torn-line.js';
import type { GiveWay } from '../../lib/files/with-space.js';
import type { CheckedBy } from '../../model/digest.js';
import { entryToLine } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';
import { say } from '../../texts/say.js';

/** The known facts about a stored object. */
export interface ManifestEntry {
  key: string;
  /** Bytes stored. */
  size: number;
  /** Time of the file. */
  mtimeMs?: number | undefined;
  etag?: string | undefined;
  /** MD5 of the content, lower-case hex. Absent when an earlier run of the job stored the object. */
  md5?: string | undefined;
  /** Root of the volume. */
  volume: string;
  /** Path below the volume, if it differs from the key. */
  path: string | undefined;
  /** What the body was checked by. Absent when an earlier run of the job stored the object. */
  checkedBy?: CheckedBy | undefined;
}

export class Manifest {
  readonly path: string;
  readonly #stream: WriteStream;
  readonly #isFile: boolean;
  #failure: Error | undefined;

  private constructor(path: string, stream: WriteStream, isFile: boolean) {
    this.path = path;
    this.#stream = stream;
    this.#isFile = isFile;
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** Appends to the file, and removes a line that a kill cut off. `giveWay` makes room. Throws ERR_STATE. */
  static open(path: string, giveWay?: GiveWay): Manifest {
    try {
      fsExtra.ensureDirSync(dirname(path));
      const fd = openSync(path, 'a+');
      const isFile = fstatSync(fd).isFile();
      if (isFile) cutTornLine(fd);
      return new Manifest(path, createWriteStream(path, { fd, flags: 'a', ...fullDiskFs(giveWay) }), isFile);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** Returns a promise only when the disk is slower than the run. Await it, so that memory stays bounded. */
  record(entry: ManifestEntry): Promise<void> | undefined {
    if (this.#failure !== undefined) throw unwritable(this.path, this.#failure);
    const { volume, path, checkedBy } = entry;
    const fields = safeJson({ volume, path, checkedBy });
    const isWanted = this.#stream.write(`${entryToLine(entry).slice(0, -1)},${fields.slice(1)}\n`);
    return isWanted ? undefined : this.#drained();
  }

  /** Passes all recorded lines to the system, so that they survive a kill of this process. */
  async handOver(): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve, reject) => {
        this.#stream.write('', (error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      // A write after a failed write only reports a destroyed stream.
      throw unwritable(this.path, this.#stream.errored ?? error);
    }
  }

  /** Makes all recorded lines durable, if the manifest is a file. */
  async flush(): Promise<void> {
    await this.handOver();
    try {
      if (this.#isFile) await promisify(fdatasync)((this.#stream as WriteStream & { fd: number }).fd);
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      this.#stream.end();
      await finished(this.#stream);
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }

  async #drained(): Promise<void> {
    try {
      await once(this.#stream, 'drain');
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }
}

function cutTornLine(fd: number): void {
  const { size } = fstatSync(fd);
  const wholeBytes = wholeLinesBytes(fd, size);
  if (wholeBytes < size) ftruncateSync(fd, wholeBytes);
}

function unwritable(path: string, error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return localError('ERR_STATE', say.lists.manifest(path, why), error);
}
