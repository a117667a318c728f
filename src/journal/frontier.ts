/**
 * The position of a listing: a stack of frames {scope, next cursor, scopes that its pages named and that have not begun}. The
 * listing is depth-first, so the size is bounded by list-concurrency × depth × page size, for any size of bucket. Each
 * listed page has a record. Applied to an older frontier, the records bring it to the same state.
 */
import { TransferError } from '../errors.js';
import { isSame, lengthened, type Scope, shortened, textOf } from '../model/scope.js';
import { say } from '../texts/say.js';
import type { PageRecord, SnapshotRecord } from './records.js';

/** About half a gigabyte. A real tree of a thousand levels with pages of a thousand folders needs half of that. */
const WAITING_LIMIT = 2_000_000;

export interface Frame {
  readonly id: number;
  /** Set until the frame's first page is recorded. */
  readonly parentId: number | undefined;
  readonly scope: Scope;
  cursor: string | undefined;
  isListed: boolean;
  /** In reverse order, because the last one begins first. */
  subscopes: Scope[];
  /** Rows listed so far. */
  rows: number;
  isBusy: boolean;
}

/** The effect of a listed page on its scope. */
export interface ListedFrame {
  nextCursor: string | undefined;
  scopes: readonly Scope[];
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
  /** Scopes in all frames that have not begun. */
  #waiting = 0;
  #lastPage = 0;

  /** Begins at `start`. Without it: an empty frontier for a snapshot to fill. */
  constructor(start?: Scope) {
    if (start !== undefined) this.#frames.push(newFrame(0, undefined, start));
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

  /** Marks the numbers up to these as used. */
  reserve(lastFrame: number, lastPage: number): void {
    this.#lastFrame = Math.max(this.#lastFrame, lastFrame);
    this.#lastPage = Math.max(this.#lastPage, lastPage);
  }

  /**
   * Takes from the top of the stack. A scope that a page named comes before the next page, so that the stack stays small.
   */
  next(): Frame | undefined {
    for (let index = this.#frames.length - 1; index >= 0; index--) {
      const frame = this.#frames[index]!;
      if (frame.isBusy) continue;
      const subscope = frame.subscopes.pop();
      if (subscope !== undefined) this.#waiting--;
      const found = subscope === undefined ? frame : newFrame(++this.#lastFrame, frame.id, subscope);
      if (found !== frame) this.#frames.push(found);
      if (isFinished(frame)) this.#frames.splice(index, 1);
      found.isBusy = true;
      return found;
    }
    return undefined;
  }

  /** Whether `next` has something to take. */
  get hasNext(): boolean {
    return this.#frames.some(({ isBusy }) => !isBusy);
  }

  /** Enters a page of a busy frame and returns its record. */
  listed(frame: Frame, { nextCursor, scopes, rows, bytes, lastEntry, isIncomplete }: ListedFrame): PageRecord {
    const { id, parentId, scope, cursor, isListed } = frame;
    const lastScope = scopes.at(-1);
    const record: PageRecord = {
      t: 'page',
      n: ++this.#lastPage,
      f: id,
      ...(!isListed && parentId !== undefined && { p: parentId }),
      d: scope,
      ...(cursor !== undefined && { c: cursor }),
      ...(nextCursor !== undefined && { x: nextCursor }),
      ...(scopes.length > 0 && { s: scopes.map((one) => shortened(scope, one)) }),
      k: rows,
      b: bytes,
      ...(lastEntry !== undefined && { l: lastEntry }),
      ...(lastScope !== undefined && { m: lastScope }),
      ...(isIncomplete && { j: 1 }),
    };
    this.#enter(frame, record);
    return record;
  }

  /**
   * Replays a record. Returns false when the frontier does not know the frame or is at another position: then an
   * earlier record was lost, and the page of this record is still to be listed.
   */
  apply(record: PageRecord): boolean {
    this.reserve(record.f, record.n);
    const frame = this.#frames.find(({ id }) => id === record.f) ?? this.#begun(record);
    // The request for the first page of a scope, and only that one, has no cursor.
    const isNext = frame?.cursor === record.c && frame?.isListed === (record.c !== undefined);
    if (frame === undefined || !isNext) return false;
    this.#enter(frame, record);
    return true;
  }

  snapshot(): SnapshotRecord[] {
    return this.#frames.map(({ id, scope, cursor, isListed, subscopes, rows }) => ({
      t: 'frame',
      f: id,
      d: scope,
      ...(cursor !== undefined && { c: cursor }),
      isListed,
      s: subscopes.map((one) => shortened(scope, one)),
      k: rows,
    }));
  }

  restore({ f, d, c, isListed, s, k }: Extract<SnapshotRecord, { t: 'frame' }>): void {
    const subscopes = s.map((short) => lengthened(d, short));
    // Without a parent: it is not among those that wait there any more.
    this.#frames.push({ ...newFrame(f, undefined, d), cursor: c, isListed, subscopes, rows: k });
    this.#waiting += s.length;
    this.reserve(f, 0);
  }

  /** Adds a scope that had ended at that cursor again, as a frame of its own. */
  reopen(scope: Scope, cursor: string | undefined): void {
    const frame = newFrame(++this.#lastFrame, undefined, scope);
    this.#frames.push({ ...frame, cursor, isListed: cursor !== undefined });
  }

  /** The frame of a first page: taken from the frame whose page named it, as `next` does. */
  #begun({ f, p, d }: PageRecord): Frame | undefined {
    const parent = this.#frames.find(({ id }) => id === p);
    const index = parent?.subscopes.findLastIndex((scope) => isSame(scope, d)) ?? -1;
    if (parent === undefined || index === -1) return undefined;
    parent.subscopes.splice(index, 1);
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
      throw new TransferError('ERR_TOO_MANY_FOLDERS', say.disks.journal.tooManyFolders(WAITING_LIMIT, textOf(d)));
    }
    for (const short of s.toReversed()) frame.subscopes.push(lengthened(d, short));
    if (isFinished(frame)) this.#frames.splice(this.#frames.lastIndexOf(frame), 1);
  }
}

function newFrame(id: number, parentId: number | undefined, scope: Scope): Frame {
  return { id, parentId, scope, cursor: undefined, isListed: false, subscopes: [], rows: 0, isBusy: false };
}

/** No page is left, and nothing waits. */
function isFinished({ isListed, cursor, subscopes, isBusy }: Frame): boolean {
  return isListed && !isBusy && cursor === undefined && subscopes.length === 0;
}
