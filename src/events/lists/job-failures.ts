/**
 * The failures of a job that takes several runs: an append-only file of its own, to which lines are added when their
 * pages are retired. The list that the user sees is made from it at the end of each run.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { localError, type TransferError } from '../../errors.js';
import { listLines } from '../../lib/files/list-lines.js';
import { wholeLinesBytes } from '../../lib/files/torn-line.js';
import { type GiveWay, withRoom } from '../../lib/files/with-room.js';
import type { FailuresFile } from './failures.js';

export class JobFailures {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #giveWay: GiveWay | undefined;
  #bytes: number;
  #failure: TransferError | undefined;

  private constructor(path: string, file: FileHandle, { bytes, giveWay }: { bytes: number; giveWay?: GiveWay }) {
    this.path = path;
    this.#file = file;
    this.#giveWay = giveWay;
    this.#bytes = bytes;
  }

  /**
   * Lines behind `bytes` belong to pages that were not retired: those are repeated, and so the lines go. What the disk has no
   * room for is tried again as long as some gives way.
   */
  static async open(path: string, bytes: number, giveWay?: GiveWay): Promise<JobFailures> {
    let file: FileHandle | undefined;
    try {
      file = await withRoom(() => open(path, 'a+'), giveWay);
      const { size } = await file.stat();
      const kept = wholeLinesBytes(file.fd, Math.min(size, bytes));
      await file.truncate(kept);
      return new JobFailures(path, file, { bytes: kept, ...(giveWay && { giveWay }) });
    } catch (error) {
      await file?.close();
      throw unwritable(path, error);
    }
  }

  /** Resolves with the length of the file once the lines are on the platter. After a failure there is only that. */
  async append(lines: readonly string[]): Promise<number> {
    // A part of the lines may be there: what came behind it would not be where its length says.
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const text = `${lines.join('\n')}\n`;
      await withRoom(() => this.#put(text), this.#giveWay);
      this.#bytes += Buffer.byteLength(text);
      return this.#bytes;
    } catch (error) {
      this.#failure = unwritable(this.path, error);
      throw this.#failure;
    }
  }

  async #put(text: string): Promise<void> {
    try {
      await this.#file.appendFile(text);
      await this.#file.datasync();
    } catch (error) {
      // A part of it must not stay in front of what comes next.
      await this.#file.truncate(this.#bytes).catch(() => {});
      throw error;
    }
  }

  /** Writes the list that the user sees: all of these lines, and those of pages that are not retired. */
  async publish(list: FailuresFile, more: Iterable<string>, end: { isComplete: boolean }): Promise<void> {
    if (this.#bytes > 0) {
      const input = this.#file.createReadStream({ start: 0, end: this.#bytes - 1, autoClose: false });
      for await (const line of listLines(input)) await list.record(line);
    }
    for (const line of more) await list.record(line);
    await list.close(end);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function unwritable(path: string, error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return localError('ERR_STATE', `${path} cannot be written: ${why}; make room or mend the disk`, error);
}
