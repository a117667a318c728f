/** Folders that a server could take for other ones: with an empty name, or one that is relative. */
import { TransferError } from '../../errors.js';
import { isNameless } from '../../model/key.js';
import { completePage } from '../capabilities.js';
import type { ListedPage, Lister } from '../source.js';

/**
 * A server that folds `a/..`, `a/.` or `a//` lists another folder under that name, which has it in turn: the walk would
 * go in circles, and store everything again and again. So the folder is listed that the name would fold to.
 */
export async function distinct(
  lister: Lister,
  directory: string,
  { page, another }: { page: ListedPage; another: () => Promise<void> | undefined },
): Promise<ListedPage> {
  const folded = foldedKey(directory);
  if (folded === undefined || (page.entries.length === 0 && page.directories.length === 0)) return page;
  await another();
  const other = completePage(await lister.listPage(folded, undefined));
  if (other.doubt !== undefined) throw other.doubt.error;
  if (rowsOf(directory, page) !== rowsOf(folded, other)) return page;
  const message = `folder ${JSON.stringify(directory)}: the server does not tell it from ${JSON.stringify(folded)}`;
  throw new TransferError('ERR_UNSAFE_KEY', message);
}

/** Names, sizes and times of a page, in a form that can be compared between folders. */
function rowsOf(directory: string, { entries, directories }: ListedPage): string {
  const nameOf = (key: string) => key.slice(directory.length).replace(/^\//, '');
  const objects = entries.map(({ key, size, mtimeMs }) => [nameOf(key), size, mtimeMs]);
  return JSON.stringify([objects, directories.map(nameOf)]);
}

const RELATIVE: ReadonlySet<string> = new Set(['', '.', '..']);
/** Segments that a server could fold: no honest key has more of them, and a folding server must not be followed for ever. */
const MAX_RELATIVE_SEGMENTS = 4;

/** What a folder's key would be folded to when its last segment is empty, `.` or `..`; undefined for any other. */
function foldedKey(directory: string): string | undefined {
  if (directory === '') return undefined;
  const segments = isNameless(directory) ? Array<string>(directory.length).fill('') : directory.split('/');
  if (!RELATIVE.has(segments.at(-1)!)) return undefined;
  if (segments.filter((segment) => RELATIVE.has(segment)).length > MAX_RELATIVE_SEGMENTS) {
    const message = `folder ${JSON.stringify(directory)}: more than ${MAX_RELATIVE_SEGMENTS} empty or relative names in its path`;
    throw new TransferError('ERR_UNSAFE_KEY', message);
  }
  const folded: string[] = [];
  for (const segment of segments) {
    // Above the root there is only the root.
    if (segment === '..') folded.pop();
    else if (!RELATIVE.has(segment)) folded.push(segment);
  }
  return folded.join('/');
}

/** Whether there is another folder that it could be taken for. */
export function isFolded(directory: string): boolean {
  return directory !== '' && (isNameless(directory) || RELATIVE.has(directory.slice(directory.lastIndexOf('/') + 1)));
}
