/** The manifest: a line for each object that was stored, appended as it happens, so that it can be compared with later. */
import { once } from 'node:events';
import { createWriteStream, fdatasync, fstatSync, ftruncateSync, openSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import fsExtra from 'fs-extra';
import { localError, type TransferError } from '../../errors.js';
import { roomyFs } from '../../lib/files/roomy-fs.js';
import { wholeLinesBytes } from '../../lib/files/torn-line.js';
import type { GiveWay } from '../../lib/files/with-room.js';
import { entryToLine } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';

/** What is known of a stored object. */
export interface ManifestEntry {
  key: string;
  /** Bytes stored. */
  size: number;
  /** Time of the file. */
  mtimeMs?: number | undefined;
  etag?: string | undefined;
  /** Of the content, lower-case hex; absent for what an earlier run of the job has stored. */
  md5?: string | undefined;
  /** Root of the volume. */
  volume: string;
  /** Below the volume, when it is not the key itself. */
  path: string | undefined;
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

  /** Appends to what is there; a line that a kill cut off goes. Room on its disk may give way. Throws ERR_STATE. */
  static open(path: string, giveWay?: GiveWay): Manifest {
    try {
      fsExtra.ensureDirSync(dirname(path));
      const fd = openSync(path, 'a+');
      const isFile = fstatSync(fd).isFile();
      if (isFile) cutTornLine(fd);
      return new Manifest(path, createWriteStream(path, { fd, flags: 'a', ...roomyFs(giveWay) }), isFile);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** Returns a promise only when the disk is behind; await it, then memory stays bounded. */
  record(entry: ManifestEntry): Promise<void> | undefined {
    if (this.#failure !== undefined) throw unwritable(this.path, this.#failure);
    const { volume, path } = entry;
    const fields = safeJson({ volume, path });
    const isWanted = this.#stream.write(`${entryToLine(entry).slice(0, -1)},${fields.slice(1)}\n`);
    return isWanted ? undefined : this.#drained();
  }

  /** Everything recorded before is with the system afterwards: it outlives this process. */
  async handOver(): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve, reject) => {
        this.#stream.write('', (error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      // What waits behind a write that failed only learns that the stream is gone.
      throw unwritable(this.path, this.#stream.errored ?? error);
    }
  }

  /** Everything recorded before is on the platter afterwards (where it is a file). */
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
  return localError('ERR_STATE', `the manifest ${path} cannot be written: ${why}; make room, or give another`, error);
}
