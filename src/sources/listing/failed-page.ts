/** Makes a page for a failed listing request: the rows that are known, and a reject. */
import { TransferError } from '../../errors.js';
import { noContact } from '../first-contact.js';
import type { ListedPage, Source } from '../source.js';
import type { LoopGuard } from './loop-guard.js';

export interface Failure {
  readonly error: TransferError;
  readonly attempts: number;
  /** The part of the page that could be read. */
  readonly doubtful: ListedPage | undefined;
}

interface FailedPlace {
  readonly directory: string;
  readonly cursor: string | undefined;
  readonly guard: LoopGuard;
  readonly isOneOfMany?: boolean | undefined;
}

/** Throws if SOURCE itself gives nothing. */
export function failedPage(source: Source, place: FailedPlace, { error, attempts, doubtful }: Failure): ListedPage {
  const { directory, cursor, guard, isOneOfMany } = place;
  const empty = { entries: [], rejects: [], directories: [], nextCursor: undefined };
  if (error.code === 'ERR_UNSAFE_KEY')
    return { ...empty, rejects: [{ entry: { key: directory }, error, kind: 'name' }] };
  const unreached = noContact(source, 'listings', error);
  if (unreached !== undefined && directory !== '') throw unreached;
  // Only for the first page: a missing later page does not mean that the bucket is missing.
  const isMissing = error.code === 'ERR_NOT_FOUND' && cursor === undefined && doubtful === undefined;
  if (isMissing && directory === '') throw noSource(source, 'ERR_BUCKET', error);
  const page = doubtful && followed(doubtful, cursor, guard);
  const isAll = directory === '' && cursor === undefined && !isOneOfMany;
  if (directory === '' && unreached !== undefined) throw noSource(source, 'ERR_LIST_ROOT', unreached);
  if (isAll && !hasAnything(page)) throw noSource(source, 'ERR_LIST_ROOT', error);
  const what = directory === '' ? source.url : `folder ${JSON.stringify(directory)}`;
  const message = `${what} could not be listed${extentOf(page, cursor)}: ${error.message}`;
  const reject = {
    entry: { key: directory },
    error: new TransferError('ERR_LISTING', message, { cause: error }),
    attempts,
    kind: 'folder' as const,
  };
  return { ...(page ?? empty), rejects: [...(page?.rejects ?? []), reject] };
}

/** The page with a cursor that can be followed, or with none. */
function followed(page: ListedPage, cursor: string | undefined, guard: LoopGuard): ListedPage {
  const { entries, rejects, directories, doubt } = page;
  let nextCursor = doubt?.isEndKnown ? page.nextCursor : undefined;
  const rows = { entries, rejects, directories };
  try {
    guard.check(cursor, { ...rows, nextCursor });
  } catch {
    nextCursor = undefined;
  }
  guard.passed({ ...rows, nextCursor });
  return { ...rows, nextCursor };
}

function hasAnything(page: ListedPage | undefined): boolean {
  if (page === undefined) return false;
  const { entries, rejects, directories, nextCursor } = page;
  return entries.length + rejects.length + directories.length > 0 || nextCursor !== undefined;
}

/** Says how much of the folder is missing. */
function extentOf(page: ListedPage | undefined, cursor: string | undefined): string {
  if (page?.nextCursor !== undefined) return ' completely, a page of it is not as it should be';
  if (cursor !== undefined) return ' to its end';
  return page !== undefined && hasAnything(page) ? ' completely' : '';
}

function noSource({ url }: Source, code: 'ERR_BUCKET' | 'ERR_LIST_ROOT', cause: TransferError): TransferError {
  const message =
    code === 'ERR_BUCKET'
      ? `${url} does not exist (${cause.message}); check SOURCE`
      : `${url} could not be listed: ${cause.message}`;
  return new TransferError(code, message, { cause });
}
