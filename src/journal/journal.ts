/**
 * The journal of a job: a snapshot of its state, then a line for everything that happened since. It is compacted by
 * writing a new file beside it that takes its name; the old one is kept until the next time, so that a damaged
 * snapshot can be made up for.
 */
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TransferError } from '../errors.js';
import { crashPoint } from '../flow/crash-point.js';
import type { JobState } from './job-state.js';
import { LineLog } from './line-log.js';
import { previousPath } from './load.js';
import type { AnyRecord, LogRecord } from './records.js';
import { snapshotOf } from './snapshot.js';

/** A journal is compacted when its log has grown beyond this, or beyond its snapshot: it stays quick to read. */
const COMPACTION_BYTES = 4 * 1024 * 1024;

export interface JournalOptions {
  /** Number of the last line of the file that is there, 0 for none. */
  sequence: number;
  /** A new job: the file that is there belongs to another one. */
  isNew: boolean;
  compactionBytes?: number;
}

/** Rejects with ERR_STATE, fatal, when the disk refuses. */
export class Journal {
  readonly path: string;
  readonly state: JobState;
  #log: LineLog;
  #snapshotBytes: number;
  readonly #compactionBytes: number;
  /** Entered into the state, not yet written; bounded by the pages that may be unretired. */
  #pending: LogRecord[] = [];
  #isSynced = true;
  #failure: unknown;
  /** The end of what is being written. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(path: string, state: JobState, log: LineLog, compactionBytes: number) {
    this.path = path;
    this.state = state;
    this.#log = log;
    this.#snapshotBytes = log.sizeBytes;
    this.#compactionBytes = compactionBytes;
  }

  /** Begins a new file with that state, after line `sequence` of the one that is there. */
  static async open(
    path: string,
    state: JobState,
    { sequence, isNew, compactionBytes = COMPACTION_BYTES }: JournalOptions,
  ): Promise<Journal> {
    const snapshot = snapshotOf(state, sequence);
    const log = await guarded(path, () => replaceLog(path, snapshot, { after: sequence, isNew }));
    return new Journal(path, state, log, compactionBytes);
  }

  /** Enters something that has happened; it is remembered from the next `write` or `flush` on. */
  enter(record: LogRecord): void {
    if (record.t === 'page') this.state.enterPage(record);
    else this.state.apply(record);
    this.#pending.push(record);
  }

  /** Resolves when everything entered before is with the system: it outlives this process, but not the machine. */
  write(): Promise<void> {
    return this.#inTurn(() => this.#append());
  }

  /** Resolves when everything entered before is on the platter. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#append();
      if (this.#isSynced) return;
      await guarded(this.path, () => this.#log.sync());
      this.#isSynced = true;
      crashPoint('journal.appended');
      const logBytes = this.#log.sizeBytes - this.#snapshotBytes;
      if (logBytes > Math.max(this.#compactionBytes, this.#snapshotBytes)) {
        await guarded(this.path, () => this.#compact());
      }
    });
  }

  async #append(): Promise<void> {
    if (this.#pending.length === 0) return;
    this.#isSynced = false;
    await guarded(this.path, () => this.#log.append(this.#pending.splice(0)));
  }

  /** One at a time. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (this.#failure !== undefined) throw this.#failure;
      try {
        await work();
      } catch (error) {
        // What follows must not be written behind what is missing.
        this.#failure = error;
        throw error;
      }
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#log.close();
  }

  async #compact(): Promise<void> {
    const old = this.#log;
    // Taken together: the old file ends with what the snapshot includes, and the new one begins with what it does not.
    const rest = this.#pending.splice(0);
    const after = old.sequence + rest.length;
    const snapshot = snapshotOf(this.state, after);
    if (rest.length > 0) {
      await old.append(rest);
      await old.sync();
    }
    crashPoint('compact.begun');
    this.#log = await replaceLog(this.path, snapshot, { after, isNew: false });
    this.#snapshotBytes = this.#log.sizeBytes;
    await old.close();
  }
}

async function replaceLog(
  path: string,
  snapshot: readonly AnyRecord[],
  { after, isNew }: { after: number; isNew: boolean },
): Promise<LineLog> {
  const log = await LineLog.create(`${path}.new`, after);
  try {
    await log.append(snapshot);
    await log.sync();
    crashPoint('compact.written');
    await rm(previousPath(path), { force: true });
    crashPoint('compact.cleared');
    // What came before a new job must not be taken for a part of it.
    if (!isNew) await keep(path);
    crashPoint('compact.kept');
    await rename(`${path}.new`, path);
    crashPoint('compact.renamed');
    await syncFolder(dirname(path));
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function keep(path: string): Promise<void> {
  try {
    await link(path, previousPath(path));
  } catch {
    // A file system without hard links, or the first file of all: then there is no second chance, that is all.
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TransferError(
      'ERR_STATE',
      `the journal ${path} cannot be written: ${why}; make room or mend the disk, then run the same command again`,
      { cause: error },
    );
  }
}
