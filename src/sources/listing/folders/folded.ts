/** Folders that a server may confuse with others: with an empty or a relative name. */
import { TransferError } from '../../../errors.js';
import { isNameless } from '../../../model/key.js';
import { textOf } from '../../../model/scope.js';
import { say } from '../../../texts/say.js';
import type { Lister } from '../../source.js';
import { type ScopePage, scopePage } from '../scope-page.js';

/**
 * A server that folds `a/..`, `a/.` or `a//` lists another folder under that name. That folder contains the name again,
 * so the walk would go in circles and store everything repeatedly. This function also lists the folder of the folded
 * name and compares. Throws ERR_UNSAFE_KEY if both have the same rows.
 */
export async function distinct(
  lister: Lister,
  directory: string,
  { page, another }: { page: ScopePage; another: () => Promise<void> | undefined },
): Promise<ScopePage> {
  const folded = foldedKey(directory);
  if (folded === undefined || (page.entries.length === 0 && page.scopes.length === 0)) return page;
  await another();
  const other = scopePage(await lister.listPage(folded, undefined));
  if (other.doubt !== undefined) throw other.doubt.error;
  if (rowsOf(directory, page) !== rowsOf(folded, other)) return page;
  const { listing } = say.sources;
  throw new TransferError('ERR_UNSAFE_KEY', listing.indistinct(listing.folder(directory), folded));
}

/** Names, sizes and times of a page, comparable between folders. */
function rowsOf(directory: string, { entries, scopes }: ScopePage): string {
  const nameOf = (key: string) => key.slice(directory.length).replace(/^\//, '');
  const objects = entries.map(({ key, size, mtimeMs }) => [nameOf(key), size, mtimeMs]);
  return JSON.stringify([objects, scopes.map((scope) => nameOf(textOf(scope)))]);
}

const RELATIVE: ReadonlySet<string> = new Set(['', '.', '..']);
/**
 * Limit of segments that a server may fold. No real key has more, and a folding server must not be followed for ever.
 */
const MAX_RELATIVE_SEGMENTS = 4;

/** The folded key of a folder whose last segment is empty, `.` or `..`; undefined for other folders. */
function foldedKey(directory: string): string | undefined {
  if (directory === '') return undefined;
  const segments = isNameless(directory) ? Array<string>(directory.length).fill('') : directory.split('/');
  if (!RELATIVE.has(segments.at(-1)!)) return undefined;
  if (segments.filter((segment) => RELATIVE.has(segment)).length > MAX_RELATIVE_SEGMENTS) {
    const { listing } = say.sources;
    throw new TransferError('ERR_UNSAFE_KEY', listing.tooRelative(listing.folder(directory), MAX_RELATIVE_SEGMENTS));
  }
  const folded: string[] = [];
  for (const segment of segments) {
    // The parent of the root is the root.
    if (segment === '..') folded.pop();
    else if (!RELATIVE.has(segment)) folded.push(segment);
  }
  return folded.join('/');
}

/** Whether a server may confuse this folder with another one. */
export function isFolded(directory: string): boolean {
  return directory !== '' && (isNameless(directory) || RELATIVE.has(directory.slice(directory.lastIndexOf('/') + 1)));
}
