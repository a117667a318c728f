/**
 * The failures of a job that takes several runs, in an append-only file. Lines are added when their page is committed.
 * At the end of each run the user's list is written from it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { localError, type TransferError } from '../../errors.js';
import { listLines } from '../../lib/files/list-lines.js';
import { wholeLinesBytes } from '../../lib/files/torn-line.js';
import { type GiveWay, withSpace } from '../../lib/files/with-space.js';
import { say } from '../../texts/say.js';
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
   * Removes the lines after `bytes`: they belong to pages that are not committed, and the run repeats those pages. When
   * the disk is full, a write is retried as long as `giveWay` makes room.
   */
  static async open(path: string, bytes: number, giveWay?: GiveWay): Promise<JobFailures> {
    let file: FileHandle | undefined;
    try {
      file = await withSpace(() => open(path, 'a+'), giveWay);
      const { size } = await file.stat();
      const kept = wholeLinesBytes(file.fd, Math.min(size, bytes));
      await file.truncate(kept);
      return new JobFailures(path, file, { bytes: kept, ...(giveWay && { giveWay }) });
    } catch (error) {
      await file?.close();
      throw unwritable(path, error);
    }
  }

  /** Resolves with the length of the file when the lines are durable. After one failure every call fails. */
  async append(lines: readonly string[]): Promise<number> {
    // The file may end with a part of the failed lines. New lines would not lie at the recorded position.
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const text = `${lines.join('\n')}\n`;
      await withSpace(() => this.#put(text), this.#giveWay);
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
      // A partial line must not stay before the next lines.
      await this.#file.truncate(this.#bytes).catch(() => {});
      throw error;
    }
  }

  /** Writes the user's list: all these lines, and the lines of pages that are not committed. */
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
  return localError('ERR_STATE', say.lists.jobFailures(path, why), error);
}
