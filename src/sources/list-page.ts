/** One page of a folder, with retries. A folder that cannot be listed becomes a reject, so that the others go on. */
import { TransferError, toTransferError } from '../errors.js';
import type { RateLimit } from '../flow/rate-limit.js';
import { withRetries } from '../flow/retry.js';
import { isNameless, MAX_DIRECTORY_BYTES } from '../model/key.js';
import { isBeyondHope, noContact } from './first-contact.js';
import type { ListRequestOptions } from './list-options.js';
import type { LoopGuard } from './loop-guard.js';
import { MissingFolders } from './missing-folder.js';
import type { ListedPage, Source } from './source.js';

export interface ListPageOptions extends ListRequestOptions {
  /** Tells a folder that is gone from one that is not given; remembers for the next one what it had to ask. */
  missing?: MissingFolders | undefined;
}

/** Where a page is. */
export interface PagePlace {
  readonly directory: string;
  readonly cursor: string | undefined;
  readonly guard: LoopGuard;
}

/** Rejects when SOURCE itself cannot be listed, on a fatal error, and when `signal` aborts. */
export async function listPage(source: Source, place: PagePlace, options: ListPageOptions): Promise<ListedPage> {
  const { directory, cursor, guard } = place;
  const { retries, signal, onRetry, health, rate, throttle } = options;
  let attempts = 0;
  const list = () =>
    withRetries(
      async () => {
        attempts++;
        await rate?.take(1);
        const page = await source.listPage(directory, cursor);
        guard.check(cursor, page);
        health?.listed(place);
        return cursor === undefined ? distinct(source, directory, { page, rate }) : page;
      },
      {
        ...{ retries, signal, throttle, outage: health?.outage, ...(onRetry && { onRetry }) },
        isBeyondHope: (error) => isBeyondHope(source, 'listings', error),
      },
    );
  try {
    return await list().catch(async (thrown) => {
      // (When a later page is missing, what came before it would pass for the whole folder.)
      const isMissing = toTransferError(thrown).code === 'ERR_NOT_FOUND' && cursor === undefined && directory !== '';
      if (!isMissing) throw thrown;
      const missing = options.missing ?? new MissingFolders(source, options);
      const objection = await missing.objection(directory);
      if (objection === undefined) return gonePage(directory, thrown);
      // Two answers that contradict each other: the next one may be right.
      return list().catch((again) => {
        const error = toTransferError(again);
        if (error.code !== 'ERR_NOT_FOUND') throw error;
        throw new TransferError('ERR_LISTING', `${error.message}, but ${objection}`, { cause: error });
      });
    });
  } catch (thrown) {
    const error = toTransferError(thrown);
    if (signal.aborted || error.verdict === 'fatal') throw error;
    return failedPage(source, place, error, attempts);
  }
}

/** Deleted since its parent was listed: normal in a live bucket, and nothing of it is left to copy. */
function gonePage(directory: string, cause: TransferError): ListedPage {
  const message = `folder ${JSON.stringify(directory)} is gone since its parent was listed: ${cause.message}`;
  const reject = {
    entry: { key: directory },
    error: new TransferError('ERR_NOT_FOUND', message, { cause }),
    kind: 'folder' as const,
  };
  return { entries: [], rejects: [reject], directories: [], nextCursor: undefined };
}

/**
 * A server that folds `a/..`, `a/.` or `a//` lists another folder under that name, which has it in turn: the walk would
 * go in circles, and store everything again and again. So the folder is listed that the name would fold to.
 */
async function distinct(
  source: Source,
  directory: string,
  { page, rate }: { page: ListedPage; rate: RateLimit | undefined },
): Promise<ListedPage> {
  const folded = foldedKey(directory);
  if (folded === undefined || (page.entries.length === 0 && page.directories.length === 0)) return page;
  await rate?.take(1);
  const other = await source.listPage(folded, undefined);
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

function failedPage(
  source: Source,
  { directory, cursor }: PagePlace,
  error: TransferError,
  attempts: number,
): ListedPage {
  const page = { entries: [], rejects: [], directories: [], nextCursor: undefined };
  const unreached = noContact(source, 'listings', error);
  if (unreached !== undefined && directory !== '') throw unreached;
  if (directory === '') {
    if (error.code === 'ERR_NOT_FOUND' && cursor === undefined) {
      throw new TransferError('ERR_BUCKET', `${source.url} does not exist (${error.message}); check SOURCE`, {
        cause: error,
      });
    }
    const why = unreached?.message ?? error.message;
    throw new TransferError('ERR_LIST_ROOT', `${source.url} could not be listed: ${why}`, { cause: error });
  }
  if (error.code === 'ERR_UNSAFE_KEY')
    return { ...page, rejects: [{ entry: { key: directory }, error, kind: 'name' }] };
  const message = `folder ${JSON.stringify(directory)} could not be listed: ${error.message}`;
  const reject = {
    entry: { key: directory },
    error: new TransferError('ERR_LISTING', message, { cause: error }),
    attempts,
    kind: 'folder' as const,
  };
  return { ...page, rejects: [reject] };
}

/** The folders of a page that can be followed; the others become rejects. */
export function followable({ directories, rejects }: ListedPage): string[] {
  return directories.filter((directory) => {
    if (Buffer.byteLength(directory) <= MAX_DIRECTORY_BYTES) return true;
    const message = `folder ${JSON.stringify(directory.slice(0, 60))}…: its path has more than ${MAX_DIRECTORY_BYTES} bytes`;
    rejects.push({ entry: { key: directory }, error: new TransferError('ERR_NAME_TOO_LONG', message), kind: 'name' });
    return false;
  });
}
