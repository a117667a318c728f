// Cuts one page out of a directory that is given as a sorted list, stored or computed.

import type { DirectoryItem, DirectoryPage, ListOrder, PageQuery, Position } from '../buckets/bucket.js';

/** A directory in ascending order; `at` may compute its answer. */
export interface SortedItems {
  readonly count: number;
  at(index: number): DirectoryItem;
}

/** Order of two items of one directory. A file comes before a folder of the same name. */
export function comparePositions(a: Position, b: Position, order: ListOrder): number {
  if (order === 'folders-first' && a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
  if (order === 'middle-turned' && isMiddle(a) && isMiddle(b)) return comparePositions(b, a, 'mixed');
  if (order === 'by-last-letter' && a.name.at(-1) !== b.name.at(-1)) return a.name.at(-1)! < b.name.at(-1)! ? -1 : 1;
  if (order === 'files-first' && a.isFolder !== b.isFolder) return a.isFolder ? 1 : -1;
  if (order === 'one-moved' && isMoved(a) !== isMoved(b)) return comparePositions(moved(a), moved(b), 'mixed');
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return Number(a.isFolder) - Number(b.isFolder);
}

/** One name stands far from its place: behind k00898.jpg. */
function isMoved({ name }: Position): boolean {
  return name === 'k02400.jpg';
}

function moved(position: Position): Position {
  return isMoved(position) ? { ...position, name: 'k00898.jpg~' } : position;
}

/** Names from k01000 to k01999, which one order turns round. */
function isMiddle({ name }: Position): boolean {
  return name.startsWith('k01');
}

/** The page that begins with `query.from` or, if that is gone, with the item that follows it. */
export function pageOfSorted(sorted: SortedItems, query: PageQuery): DirectoryPage {
  return query.descending ? pageDown(sorted, query) : pageUp(sorted, query);
}

function pageUp(sorted: SortedItems, { from, limit, order }: PageQuery): DirectoryPage {
  const start = from ? countBefore(sorted, from, order, false) : 0;
  const end = Math.min(sorted.count, start + limit);
  const items: DirectoryItem[] = [];
  for (let index = start; index < end; index++) items.push(sorted.at(index));
  return end < sorted.count ? { items, next: sorted.at(end) } : { items };
}

function pageDown(sorted: SortedItems, { from, limit, order }: PageQuery): DirectoryPage {
  const start = from ? countBefore(sorted, from, order, true) : sorted.count;
  const end = Math.max(0, start - limit);
  const items: DirectoryItem[] = [];
  for (let index = start - 1; index >= end; index--) items.push(sorted.at(index));
  return end > 0 ? { items, next: sorted.at(end - 1) } : { items };
}

function countBefore(sorted: SortedItems, position: Position, order: ListOrder, includeEqual: boolean): number {
  let low = 0;
  let high = sorted.count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const difference = comparePositions(sorted.at(middle), position, order);
    if (difference < 0 || (includeEqual && difference === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
