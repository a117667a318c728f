/**
 * Whether a folder can be listed from both ends at once: whether what the server sends in descending order is the reverse of
 * what it sends in ascending order. It is not documented, so it has to be shown, for each folder:
 *
 * - the last rows (asked for in descending order) come again in ascending order, reversed, and the folder ends behind them;
 * - the first rows come again in descending order, reversed, and the folder ends behind them, too. So no order has rows at its
 *   end, such as folders, that the other has elsewhere;
 * - all of these rows, and the second page, go up strictly in one order.
 *
 * Each part then keeps to that order, row by row, or goes on alone (`both-ends.ts`). These are four small requests, two at a time.
 */
import type { UpyunPage } from '../page.js';
import { Middle } from './middle.js';
import { compareRows, isSameRow, isSorted, type Row, rowsOf } from './row-order.js';
import type { Bound } from './span.js';

export interface Request {
  readonly cursor: string | undefined;
  readonly isDescending: boolean;
  /** @default as many as a page has */
  readonly rows?: number | undefined;
}

/** Lists one page of a folder. */
export type Ask = (directory: string, request: Request) => Promise<UpyunPage>;

/** So many rows are compared at each end. */
export const COMPARED_ROWS = 64;
/** A server that sends so short pages is not worth more requests. */
const MOST_REQUESTS = 8;
/** A folder with fewer pages left is listed before it is proven. */
const FEWEST_PAGES = 3;

/** `page`: the second page of a folder. Returns where the lower part ends, or undefined if it is not proven, or not worth it. */
export async function findBound(ask: Ask, directory: string, page: UpyunPage): Promise<Bound | undefined> {
  const middle = rowsOf(page, directory);
  const top = await ask(directory, { cursor: undefined, isDescending: true, rows: COMPARED_ROWS });
  const [last, high] = [middle.at(-1), rowsOf(top, directory).at(-1)];
  if (!isClean(page) || !isClean(top) || top.nextCursor === undefined || last === undefined || high === undefined)
    return undefined;
  const highRows = rowsOf(top, directory).reverse();
  const bound = boundBetween(middle, highRows);
  if (bound === undefined) return undefined;
  const [again, low] = await Promise.all([
    collect(ask, directory, { cursor: top.nextCursor, isDescending: false }, highRows.length + 1),
    lowEnd(ask, directory),
  ]);
  if (again === undefined || low === undefined || !again.isEnd) return undefined;
  if (!isSameRows(again.rows.slice(1), highRows) || again.rows.length !== highRows.length + 1) return undefined;
  const isBelow = compareRows(low[0]!, middle[0]!, bound.order) < 0;
  return isBelow && isSorted(low, bound.order, 1) && isSorted(again.rows, bound.order, 1) ? bound : undefined;
}

/** The first rows of a folder and the one behind them, if they are the last ones of the descending order. */
async function lowEnd(ask: Ask, directory: string): Promise<Row[] | undefined> {
  const page = await ask(directory, { cursor: undefined, isDescending: false, rows: COMPARED_ROWS });
  const rows = rowsOf(page, directory);
  if (!isClean(page) || page.nextCursor === undefined || rows.length === 0) return undefined;
  const again = await collect(ask, directory, { cursor: page.nextCursor, isDescending: true }, rows.length + 1);
  if (!again?.isEnd) return undefined;
  const reversed = again.rows.reverse();
  // The row behind them was not on the page: the cursor names it.
  return reversed.length === rows.length + 1 && isSameRows(reversed.slice(0, -1), rows) ? rows : undefined;
}

/** A bound among files, in the order that all the rows are in. */
function boundBetween(middle: readonly Row[], high: readonly Row[]): Bound | undefined {
  const rows = [...middle, ...high];
  const [first, last, top] = [middle[0]!, middle.at(-1)!, high[0]!];
  const orders = (['names', 'files-first'] as const).filter((one) => isSorted(rows, one, 1));
  const [order] = orders;
  if (order === undefined) return undefined;
  // Where folders stand is only known where it shows. Between two files it does not matter.
  const isProven = orders.length === 1 && order === 'names';
  if (!isProven && (last.isFolder || top.isFolder)) return undefined;
  const names = new Middle(rows.map(({ name }) => name));
  if (!(names.timesLeft(first.name, last.name, top.name) >= FEWEST_PAGES)) return undefined;
  const name = names.between(last.name, top.name);
  return name === undefined ? undefined : { name, order };
}

interface Collected {
  readonly rows: Row[];
  /** Nothing follows. */
  readonly isEnd: boolean;
}

/** At least so many rows, or all to the end. Undefined where a page is not clean, or pages are too short. */
export async function collect(
  ask: Ask,
  directory: string,
  { cursor, isDescending }: Request,
  count: number,
): Promise<Collected | undefined> {
  const rows: Row[] = [];
  let next = cursor;
  for (let requests = 0; requests < MOST_REQUESTS; requests++) {
    const page = await ask(directory, { cursor: next, isDescending, rows: count - rows.length });
    if (!isClean(page)) return undefined;
    rows.push(...rowsOf(page, directory));
    next = page.nextCursor;
    if (next === undefined || rows.length >= count) return { rows, isEnd: next === undefined };
  }
  return undefined;
}

/** Whether all of its rows can be compared. */
function isClean({ rejects, doubt }: UpyunPage): boolean {
  return rejects.length === 0 && doubt === undefined;
}

function isSameRows(one: readonly Row[], other: readonly Row[]): boolean {
  return one.length === other.length && one.every((row, index) => isSameRow(row, other[index]));
}
