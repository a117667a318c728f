/** In which order the rows of a page stand, seen from what was sent: nothing is known of it beforehand. */
import type { UpyunPage } from '../page.js';

/** One row, by its name in its folder. */
export interface Row {
  readonly name: string;
  readonly isFolder: boolean;
}

/** By name; or files by name, and behind them folders by name. Names compare by their UTF-16 code units. */
export type Order = 'names' | 'files-first';

/** Below 0: `one` comes first. A server that sorts in another way breaks this order, and is not split. */
export function compareRows(one: Row, other: Row, order: Order): number {
  if (order === 'files-first' && one.isFolder !== other.isFolder) return one.isFolder ? 1 : -1;
  if (one.name === other.name) return 0;
  return one.name < other.name ? -1 : 1;
}

/** Calls `read` with each row in the order of the page, until it returns false. Rows that became rejects are left out. */
export function eachRow(
  { entries, directories, folderPlaces }: UpyunPage,
  directory: string,
  read: (row: Row, index: number) => boolean,
): void {
  const start = directory === '' ? 0 : directory.length + 1;
  let folder = 0;
  for (let file = 0; file <= entries.length; file++) {
    for (; folderPlaces[folder] === file; folder++)
      if (!read({ name: directories[folder]!.slice(start), isFolder: true }, file + folder)) return;
    const entry = entries[file];
    if (entry !== undefined && !read({ name: entry.key.slice(start), isFolder: false }, file + folder)) return;
  }
}

export function rowsOf(page: UpyunPage, directory: string): Row[] {
  const rows: Row[] = [];
  eachRow(page, directory, (row) => rows.push(row) > 0);
  return rows;
}

/** Whether each row comes behind the one before. `sign`: 1 for going up, -1 for going down. */
export function isSorted(rows: readonly Row[], order: Order, sign: 1 | -1): boolean {
  for (let index = 1; index < rows.length; index++)
    if (sign * compareRows(rows[index - 1]!, rows[index]!, order) >= 0) return false;
  return true;
}

export function isSameRow(one: Row | undefined, other: Row | undefined): boolean {
  return one?.name === other?.name && one?.isFolder === other?.isFolder;
}

/** The first `count` rows of a page, in its order. */
export function cutRows(page: UpyunPage, count: number): UpyunPage {
  const { entries, directories, folderPlaces } = page;
  let folders = 0;
  while (folders < directories.length && folderPlaces[folders]! + folders < count) folders++;
  return {
    ...page,
    entries: entries.slice(0, count - folders),
    directories: directories.slice(0, folders),
    folderPlaces: folderPlaces.slice(0, folders),
  };
}
