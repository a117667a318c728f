/**
 * Lists a large folder from both ends at once, where the server proves that its two orders meet (`proof.ts`). The second page of
 * a folder then names the upper part as a scope of its own, and goes on with the lower part. Both parts end at the same name,
 * which is fixed from then on and stands in their cursors: so each goes on by itself after a kill, or on another machine, and
 * no row is listed twice. With 20 ms a page it takes half the time.
 *
 * A part that meets a row out of order does not trust its bound any more, and goes on to the end of its own listing: then rows
 * of the other part are listed twice, and none is missed.
 */
import { TransferError } from '../../../../errors.js';
import { isNameless } from '../../../../model/key.js';
import type { ListedPage } from '../../../source.js';
import type { UpyunPage } from '../page.js';
import { type Ask, COMPARED_ROWS, collect, findBound } from './proof.js';
import { compareRows, cutRows, eachRow, isSameRow, isSorted, type Row } from './row-order.js';
import { type Bound, cursorText, folderScope, type Span, spanOf, upperScope } from './span.js';

/** No folder is split for so long after the server has asked to slow down. */
const THROTTLED_MS = 30_000;
/** A server that has proven nothing for so many folders is not asked again. */
const MOST_REFUSALS = 8;
/** A folder with smaller pages is small, or its server sends them so for a reason. */
const FEWEST_ROWS = 64;
/** Folders that are remembered so. */
const REMEMBERED_FOLDERS = 1_024;

export interface ListPageRequest {
  /** For a look at a folder: only so many rows, and no parts. */
  readonly mostRows?: number | undefined;
  /** See `Lister.listPage`. */
  readonly idle?: (() => number) | undefined;
}

export interface BothEndsOptions {
  readonly ask: Ask;
  /** Requests for pages at once; a folder is split only while there are fewer. */
  readonly parallel: number;
  readonly nowMs?: (() => number) | undefined;
}

/** A folder whose second page was asked for. */
interface Begun {
  /** The cursor of its second page. */
  readonly second: string;
  /** Where that page was split. */
  bound: Promise<Bound | undefined> | undefined;
}

export class BothEnds {
  readonly #ask: Ask;
  readonly #parallel: number;
  readonly #nowMs: () => number;
  readonly #begun = new Map<string, Begun>();
  #active = 0;
  #refusals = 0;
  #throttledMs = Number.NEGATIVE_INFINITY;

  constructor({ ask, parallel, nowMs = () => performance.now() }: BothEndsOptions) {
    this.#parallel = parallel;
    this.#nowMs = nowMs;
    this.#ask = (directory, request) =>
      ask(directory, request).catch((error) => {
        if (error instanceof TransferError && error.code === 'ERR_THROTTLED') this.#throttledMs = this.#nowMs();
        throw error;
      });
  }

  /** See `Lister.listPage`. */
  async listPage(
    scope: string,
    cursor: string | undefined,
    { mostRows, idle }: ListPageRequest = {},
  ): Promise<ListedPage> {
    const span = spanOf(scope, cursor);
    this.#active++;
    try {
      const { directory, isDescending, bound } = span;
      const page = await this.#ask(directory, { cursor: span.cursor, isDescending, rows: mostRows });
      if (bound !== undefined) return await this.#partOf(page, span, bound);
      const found = mostRows === undefined ? await this.#boundOf(page, span, idle) : undefined;
      if (found === undefined) return answer(page, { ...span, cursor: page.nextCursor, isSecond: isLarge(page, span) });
      const last = lastRow(page, directory);
      const lower = answer(page, { ...span, isSecond: false, bound: found, cursor: page.nextCursor, last });
      return { ...lower, scopes: [...(lower.scopes ?? []), upperScope(directory, found)] };
    } finally {
      this.#active--;
    }
  }

  /** For the second page of a folder: where to split what is left of it. */
  async #boundOf(
    page: UpyunPage,
    { directory, isSecond, cursor }: Span,
    idle: ListPageRequest['idle'],
  ): Promise<Bound | undefined> {
    if (page.nextCursor === undefined || page.doubt !== undefined) return undefined;
    if (!isSecond || cursor === undefined) return undefined;
    const begun = this.#begunAt(directory, cursor);
    // Asked for again, the page is split as it was.
    begun.bound ??= this.#isWanted(idle) ? this.#find(page, directory) : undefined;
    const bound = await begun.bound;
    const last = lastRow(page, directory);
    return bound !== undefined && last !== undefined && !isAbove(last, bound) ? bound : undefined;
  }

  /** Where the caller does not tell what else waits to be listed, the requests in flight do. */
  #isWanted(idle: () => number = () => this.#parallel - this.#active): boolean {
    const isThrottled = this.#nowMs() - this.#throttledMs < THROTTLED_MS;
    return !isThrottled && this.#refusals < MOST_REFUSALS && idle() > 0;
  }

  async #find(page: UpyunPage, directory: string): Promise<Bound | undefined> {
    try {
      const bound = await findBound(this.#ask, directory, page);
      this.#refusals = bound === undefined ? this.#refusals + 1 : 0;
      return bound;
    } catch (error) {
      // The page itself has come. What is wrong shows with the next request.
      if (!(error instanceof TransferError)) throw error;
      this.#refusals++;
      return undefined;
    }
  }

  #begunAt(directory: string, second: string): Begun {
    const known = this.#begun.get(directory);
    if (known?.second === second) return known;
    const begun = { second, bound: undefined };
    this.#begun.set(directory, begun);
    if (this.#begun.size > REMEMBERED_FOLDERS) this.#begun.delete(this.#begun.keys().next().value!);
    return begun;
  }

  /** A page of a part, without the rows of the other one. */
  async #partOf(page: UpyunPage, span: Span, bound: Bound): Promise<ListedPage> {
    const { directory, isDescending, last } = span;
    const { isInOrder, beyond, before, end } = read(page, span, bound);
    const unbound = () => answer(page, { ...span, bound: undefined, cursor: page.nextCursor });
    if (!isInOrder) return unbound();
    if (beyond === undefined) return answer(page, { ...span, cursor: page.nextCursor, last: end ?? last });
    const isEnd = isDescending
      ? await this.#meets(page, { directory, bound, beyond, before: before ?? last })
      : await this.#goesUp(page, { directory, bound, beyond, end });
    if (!isEnd) return unbound();
    return answer(cutRows(page, beyond.index), { ...span, cursor: undefined });
  }

  /** Whether rows go on behind the bound, so that a single row that stands elsewhere does not look like the end of the part. */
  async #goesUp(
    { nextCursor, entries, directories, doubt }: UpyunPage,
    { directory, bound, beyond, end }: { directory: string; bound: Bound; beyond: Beyond; end: Row | undefined },
  ): Promise<boolean> {
    if (doubt !== undefined) return false;
    if (nextCursor === undefined || entries.length + directories.length - beyond.index > COMPARED_ROWS) return true;
    const next = await collect(this.#ask, directory, { cursor: nextCursor, isDescending: false }, COMPARED_ROWS);
    return next !== undefined && isSorted([end!, ...next.rows], bound.order, 1);
  }

  /** Whether the ascending order has the same two rows beside the bound as this descending page: there the parts meet. */
  async #meets(
    page: UpyunPage,
    { directory, bound, beyond, before }: { directory: string; bound: Bound; beyond: Beyond; before: Row | undefined },
  ): Promise<boolean> {
    const { nextCursor, entries, directories, doubt } = page;
    if (doubt !== undefined) return false;
    // The descending order has ended: all of the rows below are on this page.
    if (nextCursor === undefined) return true;
    const count = entries.length + directories.length - beyond.index + 2;
    const again = await collect(this.#ask, directory, { cursor: nextCursor, isDescending: false }, count);
    if (again === undefined || !isSorted(again.rows, bound.order, 1)) return false;
    const above = again.rows.findIndex((row) => isAbove(row, bound));
    if (above < 1) return again.isEnd && before === undefined;
    return (
      isSameRow(again.rows[above - 1], beyond.row) && (before === undefined || isSameRow(again.rows[above], before))
    );
  }
}

/** The first row of the other part. */
interface Beyond {
  readonly index: number;
  readonly row: Row;
}

interface PartRead {
  readonly isInOrder: boolean;
  readonly beyond: Beyond | undefined;
  /** The row of this page before that one. */
  readonly before: Row | undefined;
  /** The last row of the page. */
  readonly end: Row | undefined;
}

function read(page: UpyunPage, { directory, isDescending, last }: Span, bound: Bound): PartRead {
  const sign = isDescending ? -1 : 1;
  let end = undefined as Row | undefined;
  let before: Row | undefined;
  let beyond: Beyond | undefined;
  let isInOrder = true;
  eachRow(page, directory, (row, index) => {
    const earlier = end ?? last;
    if (earlier !== undefined && sign * compareRows(earlier, row, bound.order) >= 0) isInOrder = false;
    if (beyond === undefined && isAbove(row, bound) !== isDescending) {
      beyond = { index, row };
      before = end;
    }
    end = row;
    return isInOrder;
  });
  return { isInOrder, beyond, before, end };
}

function isAbove(row: Row, { name, order }: Bound): boolean {
  return compareRows(row, { name, isFolder: false }, order) > 0;
}

function lastRow(page: UpyunPage, directory: string): Row | undefined {
  let last: Row | undefined;
  eachRow(page, directory, (row) => {
    last = row;
    return true;
  });
  return last;
}

/** Whether it is the first page of a folder that may be worth splitting. */
function isLarge({ entries, directories }: UpyunPage, { directory, isDescending, cursor }: Span): boolean {
  if (isDescending || cursor !== undefined || (directory !== '' && isNameless(directory))) return false;
  return entries.length + directories.length >= FEWEST_ROWS;
}

/** The page as the walk gets it. */
function answer({ folderPlaces: _, ...page }: UpyunPage, next: Omit<Span, 'directory'>): ListedPage {
  const nextCursor = cursorText(next);
  const scopes = page.directories.flatMap((directory) => folderScope(directory) ?? []);
  if (scopes.length === 0) return { ...page, nextCursor };
  return { ...page, directories: page.directories.filter((one) => folderScope(one) === undefined), scopes, nextCursor };
}
