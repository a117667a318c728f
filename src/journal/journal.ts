/**
 * The journal of a job: a snapshot of its state, then a line for everything that happened since. It is compacted by
 * writing a new file beside it that takes its name; the old one is kept until the next time, so that a damaged
 * snapshot can be made up for.
 */
import { localError } from '../errors.js';
import { type GiveWay, isNoRoom } from '../lib/files/with-room.js';
import type { LineLog } from '../lib/line-log/line-log.js';
import { crashPoint } from '../lib/process/crash-point.js';
import type { JobState } from './job-state.js';
import type { LogRecord } from './records.js';
import { beginLog, giveWayFor, putInPlace } from './replace-log.js';
import { snapshotOf } from './snapshot.js';

/** A journal is compacted when its log has grown beyond this, or beyond its snapshot: it stays quick to read. */
const COMPACTION_BYTES = 4 * 1024 * 1024;
/** On a full disk it is compacted for every such part of the room that is set aside: what becomes free is set aside again. */
const TIGHT_SHARE = 1 / 8;

/** Room on the disk of the journal that is set aside for it. */
export interface JournalRoom {
  readonly giveWay: GiveWay;
  /** Some of it was given up, and not yet set aside again. */
  readonly isTight: boolean;
  /** All of it, when there is room. */
  readonly wantedBytes: number;
  /** Sets aside again what there is room for. */
  refill(snapshotBytes: number): Promise<void>;
}

export interface JournalOptions {
  /** Number of the last line of the file that is there, 0 for none. */
  sequence: number;
  /** A new job: the file that is there belongs to another one. */
  isNew: boolean;
  compactionBytes?: number;
  /** @default none: what the disk has no room for ends the job */
  room?: JournalRoom | undefined;
  /** The file that is there could be read from end to end, so that the one before it is no longer needed. @default false */
  isWhole?: boolean;
}

/** Rejects with ERR_STATE, fatal, when the disk refuses. */
export class Journal {
  readonly path: string;
  readonly state: JobState;
  #log: LineLog;
  #snapshotBytes: number;
  readonly #compactionBytes: number;
  readonly #room: JournalRoom | undefined;
  /** A compaction that found no room is tried again when the file has grown to this. */
  #deferredBytes = 0;
  /** Entered into the state, not yet written; bounded by the pages that may be unretired. */
  #pending: LogRecord[] = [];
  #isSynced = true;
  #failure: unknown;
  /** The end of what is being written. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    path: string,
    state: JobState,
    log: LineLog,
    { compactionBytes = COMPACTION_BYTES, room }: Pick<JournalOptions, 'compactionBytes' | 'room'>,
  ) {
    this.path = path;
    this.state = state;
    this.#log = log;
    this.#snapshotBytes = log.sizeBytes;
    this.#compactionBytes = compactionBytes;
    this.#room = room;
  }

  /** Begins a new file with that state, after line `sequence` of the one that is there. */
  static async open(path: string, state: JobState, options: JournalOptions): Promise<Journal> {
    const { sequence: after, isNew, room, isWhole = false } = options;
    const snapshot = snapshotOf(state, after);
    let isSafe = isWhole;
    const log = await guarded(path, async () => {
      const giveWay = giveWayFor(path, { room, isWhole: () => isSafe });
      const begun = await beginLog(path, snapshot, { after, giveWay });
      return putInPlace(path, begun, { isNew });
    });
    isSafe = true;
    return new Journal(path, state, log, options);
  }

  /** Of the state that it begins with. */
  get snapshotBytes(): number {
    return this.#snapshotBytes;
  }

  /** Enters something that has happened; it is remembered from the next `write` or `flush` on. */
  enter(record: LogRecord): void {
    if (record.t === 'page') this.state.enterPage(record);
    else this.state.apply(record);
    this.#pending.push(record);
  }

  /** Resolves when everything entered before is with the system: it outlives this process, but not the machine. */
  write(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#append();
      // On a full disk there may be no room for all that comes until the next checkpoint.
      if (this.#room?.isTight) await this.#shorten();
    });
  }

  /** Resolves when everything entered before is on the platter. */
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
    await this.#room?.refill(this.#snapshotBytes);
  }

  get #isLong(): boolean {
    const { isTight, wantedBytes } = this.#room ?? { isTight: false, wantedBytes: 0 };
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
    let begun: LineLog;
    try {
      const giveWay = giveWayFor(this.path, { room: this.#room, isWhole: () => true });
      begun = await beginLog(this.path, snapshot, { after, giveWay });
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      // The file that is there has all of it, and goes on.
      this.#deferredBytes = old.sizeBytes + (this.#room?.wantedBytes ?? 0) * TIGHT_SHARE;
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
    const why = error instanceof Error ? error.message : String(error);
    throw localError(
      'ERR_STATE',
      `the journal ${path} cannot be written: ${why}; make room or mend the disk, then run the same command again`,
      error,
    );
  }
}
