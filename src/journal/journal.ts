/**
 * The journal of a job: a snapshot of its state, then a line for every event since. Compaction writes a new file, then
 * renames it over the current one. The previous file is kept until the next compaction, so that a damaged snapshot can
 * be recovered.
 */
import { localError } from '../errors.js';
import { type GiveWay, isNoSpace } from '../lib/files/with-space.js';
import type { LineLog } from '../lib/line-log/line-log.js';
import { crashPoint } from '../lib/process/crash-point.js';
import { say } from '../texts/say.js';
import { systemText } from '../texts/system.js';
import type { JobState } from './job-state.js';
import type { LogRecord } from './records.js';
import { beginLog, giveWayFor, putInPlace } from './replace-log.js';
import { snapshotOf } from './snapshot.js';

/** Compaction starts when the log is larger than this and than the snapshot, so that it stays quick to read. */
const COMPACTION_BYTES = 4 * 1024 * 1024;
/** On a full disk it starts at this share of the reserved space, and the freed space is reserved again. */
const TIGHT_SHARE = 1 / 8;

/** Reserved space on the disk of the journal. */
export interface JournalReserve {
  readonly giveWay: GiveWay;
  /** Some of it was freed, and is not reserved again yet. */
  readonly isTight: boolean;
  /** The target size. */
  readonly wantedBytes: number;
  /** Reserves again, as the disk has room. */
  refill(snapshotBytes: number): Promise<void>;
}

export interface JournalOptions {
  /** Number of the last line of the existing file, 0 for none. */
  sequence: number;
  /** A new job: the existing file belongs to another one. */
  isNew: boolean;
  compactionBytes?: number;
  /** @default none: a full disk ends the job */
  reserved?: JournalReserve | undefined;
  /** The existing file was read without damage, so the file before it is not needed any more. @default false */
  isWhole?: boolean;
}

/** Rejects with ERR_STATE, fatal, when the disk refuses. */
export class Journal {
  readonly path: string;
  readonly state: JobState;
  #log: LineLog;
  #snapshotBytes: number;
  readonly #compactionBytes: number;
  readonly #reserved: JournalReserve | undefined;
  /** A compaction that found no room is tried again when the file has this size. */
  #deferredBytes = 0;
  /** In the state, but not written yet. The limit of uncommitted pages bounds it. */
  #pending: LogRecord[] = [];
  #isSynced = true;
  #failure: unknown;
  /** Settles when the last queued write ends. */
  #turn: Promise<unknown> = Promise.resolve();

  /** The size of the file. */
  get sizeBytes(): number {
    return this.#log.sizeBytes;
  }

  private constructor(
    path: string,
    state: JobState,
    log: LineLog,
    { compactionBytes = COMPACTION_BYTES, reserved }: Pick<JournalOptions, 'compactionBytes' | 'reserved'>,
  ) {
    this.path = path;
    this.state = state;
    this.#log = log;
    this.#snapshotBytes = log.sizeBytes;
    this.#compactionBytes = compactionBytes;
    this.#reserved = reserved;
  }

  /** Begins a new file with that state, after line `sequence` of the existing one. */
  static async open(path: string, state: JobState, options: JournalOptions): Promise<Journal> {
    const { sequence: after, isNew, reserved, isWhole = false } = options;
    const snapshot = snapshotOf(state, after);
    let isSafe = isWhole;
    const log = await guarded(path, async () => {
      const giveWay = giveWayFor(path, { reserved, isWhole: () => isSafe });
      const begun = await beginLog(path, snapshot, { after, giveWay });
      return putInPlace(path, begun, { isNew });
    });
    isSafe = true;
    return new Journal(path, state, log, options);
  }

  /** The size of the snapshot at its start. */
  get snapshotBytes(): number {
    return this.#snapshotBytes;
  }

  /** Enters an event. The next `write` or `flush` writes it. */
  enter(record: LogRecord): void {
    if (record.t === 'page') this.state.enterPage(record);
    else this.state.apply(record);
    this.#pending.push(record);
  }

  /** Resolves when the kernel has all earlier entries: they survive this process, but not a machine crash. */
  write(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#append();
      // A full disk may have no room for all entries until the next checkpoint.
      if (this.#reserved?.isTight) await this.#shorten();
    });
  }

  /** Resolves when all earlier entries are durable. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#append();
      if (this.#isSynced) return;
      await guarded(this.path, () => this.#log.sync());
      this.#isSynced = true;
      crashPoint('journal.appended');
      await this.#shorten();
    });
  }

  async #shorten(): Promise<void> {
    if (this.#isLong) await guarded(this.path, () => this.#compact());
    await this.#reserved?.refill(this.#snapshotBytes);
  }

  get #isLong(): boolean {
    const { isTight, wantedBytes } = this.#reserved ?? { isTight: false, wantedBytes: 0 };
    const limit = isTight ? Math.min(this.#compactionBytes, wantedBytes * TIGHT_SHARE) : this.#compactionBytes;
    const { sizeBytes } = this.#log;
    return sizeBytes - this.#snapshotBytes > Math.max(limit, this.#snapshotBytes) && sizeBytes > this.#deferredBytes;
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
        // After a gap nothing may be written.
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
    // In one step: the old file ends with what the snapshot includes, and the new file begins with what it does not.
    const rest = this.#pending.splice(0);
    const after = old.sequence + rest.length;
    const snapshot = snapshotOf(this.state, after);
    if (rest.length > 0) {
      await old.append(rest);
      await old.sync();
    }
    crashPoint('compact.begun');
    let begun: LineLog;
    try {
      const giveWay = giveWayFor(this.path, { reserved: this.#reserved, isWhole: () => true });
      begun = await beginLog(this.path, snapshot, { after, giveWay });
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      // The current file has all entries, and stays in use.
      this.#deferredBytes = old.sizeBytes + (this.#reserved?.wantedBytes ?? 0) * TIGHT_SHARE;
      return;
    }
    this.#log = await putInPlace(this.path, begun, { isNew: false });
    this.#snapshotBytes = this.#log.sizeBytes;
    this.#deferredBytes = 0;
    await old.close();
  }
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw localError('ERR_STATE', say.disks.journal.unwritable(path, systemText(error, path)), error);
  }
}
