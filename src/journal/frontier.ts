/**
 * How far a listing has come: a stack of frames {folder, next cursor, subfolders of its pages not yet begun}. It is
 * depth-first, so its size is bounded by list-concurrency × depth × page size, whatever the size of the bucket. Each
 * page that was listed is described by a record; applied to an older frontier, the records bring it to the same state.
 */
import { TransferError } from '../errors.js';
import { folderKey, folderName } from '../model/key.js';
import type { PageRecord, SnapshotRecord } from './records.js';

/** About half a gigabyte; an honest tree of a thousand levels with pages of a thousand folders has half as many. */
const WAITING_LIMIT = 2_000_000;

export interface Frame {
  readonly id: number;
  /** Known until the frame's first page is recorded. */
  readonly parentId: number | undefined;
  readonly directory: string;
  cursor: string | undefined;
  isListed: boolean;
  /** Begun last-to-first, so kept in reverse. */
  subfolders: string[];
  /** Rows listed so far. */
  rows: number;
  isBusy: boolean;
}

/** What a listed page means for its folder; directories are keys. */
export interface ListedFrame {
  nextCursor: string | undefined;
  directories: readonly string[];
  rows: number;
  bytes: number;
  lastEntry: string | undefined;
  /** Not all of it could be read. */
  isIncomplete?: boolean;
}

export class Frontier {
  /** The stack: the top is at the end. */
  readonly #frames: Frame[] = [];
  #lastFrame = 0;
  /** Subfolders in all frames. */
  #waiting = 0;
  #lastPage = 0;

  /** Begins at `directory`; none for an empty frontier that a snapshot is going to fill. */
  constructor(directory?: string) {
    if (directory !== undefined) this.#frames.push(newFrame(0, undefined, directory));
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  get lastFrame(): number {
    return this.#lastFrame;
  }

  get lastPage(): number {
    return this.#lastPage;
  }

  /** The numbers up to these are taken. */
  reserve(lastFrame: number, lastPage: number): void {
    this.#lastFrame = Math.max(this.#lastFrame, lastFrame);
    this.#lastPage = Math.max(this.#lastPage, lastPage);
  }

  /** From the top of the stack: a subfolder not yet begun comes before its folder's next page, so that the stack stays small. */
  next(): Frame | undefined {
    for (let index = this.#frames.length - 1; index >= 0; index--) {
      const frame = this.#frames[index]!;
      if (frame.isBusy) continue;
      const subfolder = frame.subfolders.pop();
      if (subfolder !== undefined) this.#waiting--;
      const found = subfolder === undefined ? frame : newFrame(++this.#lastFrame, frame.id, subfolder);
      if (found !== frame) this.#frames.push(found);
      if (isFinished(frame)) this.#frames.splice(index, 1);
      found.isBusy = true;
      return found;
    }
    return undefined;
  }

  /** Enters a page of a busy frame and gives the record of it. */
  listed(frame: Frame, { nextCursor, directories, rows, bytes, lastEntry, isIncomplete }: ListedFrame): PageRecord {
    const { id, parentId, directory, cursor, isListed } = frame;
    const lastDirectory = directories.at(-1);
    const record: PageRecord = {
      t: 'page',
      n: ++this.#lastPage,
      f: id,
      ...(!isListed && parentId !== undefined && { p: parentId }),
      d: directory,
      ...(cursor !== undefined && { c: cursor }),
      ...(nextCursor !== undefined && { x: nextCursor }),
      ...(directories.length > 0 && { s: directories.map((key) => folderName(directory, key)) }),
      k: rows,
      b: bytes,
      ...(lastEntry !== undefined && { l: lastEntry }),
      ...(lastDirectory !== undefined && { m: lastDirectory }),
      ...(isIncomplete && { j: 1 }),
    };
    this.#enter(frame, record);
    return record;
  }

  /**
   * Replays a record. False when the frontier does not know its frame or is at another place, which means that a
   * record before it was lost: then what this one describes is still ahead and will be listed again.
   */
  apply(record: PageRecord): boolean {
    this.reserve(record.f, record.n);
    const frame = this.#frames.find(({ id }) => id === record.f) ?? this.#begun(record);
    // The first page of a folder, and only that one, was asked for without a cursor.
    const isNext = frame?.cursor === record.c && frame?.isListed === (record.c !== undefined);
    if (frame === undefined || !isNext) return false;
    this.#enter(frame, record);
    return true;
  }

  snapshot(): SnapshotRecord[] {
    return this.#frames.map(({ id, directory, cursor, isListed, subfolders, rows }) => ({
      t: 'frame',
      f: id,
      d: directory,
      ...(cursor !== undefined && { c: cursor }),
      isListed,
      s: subfolders.map((key) => folderName(directory, key)),
      k: rows,
    }));
  }

  restore({ f, d, c, isListed, s, k }: Extract<SnapshotRecord, { t: 'frame' }>): void {
    const subfolders = s.map((name) => folderKey(d, name));
    // Its parent has let go of it already.
    this.#frames.push({ ...newFrame(f, undefined, d), cursor: c, isListed, subfolders, rows: k });
    this.#waiting += s.length;
    this.reserve(f, 0);
  }

  /** Puts a folder back that had ended at that cursor, as a frame of its own. */
  reopen(directory: string, cursor: string | undefined): void {
    const frame = newFrame(++this.#lastFrame, undefined, directory);
    this.#frames.push({ ...frame, cursor, isListed: cursor !== undefined });
  }

  /** The frame that a first page belongs to: taken from its parent's subfolders, as `next` would have done. */
  #begun({ f, p, d }: PageRecord): Frame | undefined {
    const parent = this.#frames.find(({ id }) => id === p);
    const index = parent?.subfolders.lastIndexOf(d) ?? -1;
    if (parent === undefined || index === -1) return undefined;
    parent.subfolders.splice(index, 1);
    this.#waiting--;
    const frame = newFrame(f, p, d);
    this.#frames.push(frame);
    if (isFinished(parent)) this.#frames.splice(this.#frames.indexOf(parent), 1);
    return frame;
  }

  #enter(frame: Frame, { d, x, s = [], k }: PageRecord): void {
    frame.isBusy = false;
    frame.isListed = true;
    frame.cursor = x;
    frame.rows += k;
    this.#waiting += s.length;
    if (this.#waiting > WAITING_LIMIT) {
      throw new TransferError(
        'ERR_TOO_MANY_FOLDERS',
        `more than ${WAITING_LIMIT} folders wait to be listed, the last of them in ${JSON.stringify(d)}; copy the bucket in parts`,
      );
    }
    for (const name of s.toReversed()) frame.subfolders.push(folderKey(d, name));
    if (isFinished(frame)) this.#frames.splice(this.#frames.lastIndexOf(frame), 1);
  }
}

function newFrame(id: number, parentId: number | undefined, directory: string): Frame {
  return { id, parentId, directory, cursor: undefined, isListed: false, subfolders: [], rows: 0, isBusy: false };
}

/** Nothing left to begin, no next page. */
function isFinished({ isListed, cursor, subfolders, isBusy }: Frame): boolean {
  return isListed && !isBusy && cursor === undefined && subfolders.length === 0;
}
