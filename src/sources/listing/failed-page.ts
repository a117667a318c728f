/** Makes a page for a failed listing request: the rows that are known, and a reject. */
import { TransferError } from '../../errors.js';
import { ALL, nameOf, type Scope, textOf } from '../../model/scope.js';
import { say } from '../../texts/say.js';
import { noContact } from '../first-contact.js';
import type { Source } from '../source.js';
import type { LoopGuard } from './loop-guard.js';
import { emptyPage, type ScopePage, scopeReject } from './scope-page.js';

export interface Failure {
  readonly error: TransferError;
  readonly attempts: number;
  /** The part of the page that could be read. */
  readonly doubtful: ScopePage | undefined;
}

interface FailedPlace {
  readonly scope: Scope;
  readonly cursor: string | undefined;
  readonly guard: LoopGuard;
  readonly isOneOfMany?: boolean | undefined;
}

/** Throws if SOURCE itself gives nothing. */
export function failedPage(source: Source, place: FailedPlace, { error, attempts, doubtful }: Failure): ScopePage {
  const { scope, cursor, guard, isOneOfMany } = place;
  if (error.code === 'ERR_UNSAFE_KEY') return emptyPage([{ entry: { key: textOf(scope) }, error, kind: 'name' }]);
  const unreached = noContact(source, 'listings', error);
  if (unreached !== undefined && scope !== ALL) throw unreached;
  // Only for the first page: a missing later page does not mean that the bucket is missing.
  const isMissing = error.code === 'ERR_NOT_FOUND' && cursor === undefined && doubtful === undefined;
  if (isMissing && scope === ALL) throw noSource(source, 'ERR_BUCKET', error);
  const page = doubtful && followed(doubtful, cursor, guard);
  const isAll = scope === ALL && cursor === undefined && !isOneOfMany;
  if (scope === ALL && unreached !== undefined) throw noSource(source, 'ERR_LIST_ROOT', unreached);
  if (isAll && !hasAnything(page)) throw noSource(source, 'ERR_LIST_ROOT', error);
  const what = scope === ALL ? source.url : nameOf(scope);
  const message = extentOf(page, cursor)(what, error.message);
  const reject = scopeReject(scope, new TransferError('ERR_LISTING', message, { cause: error }), attempts);
  return { ...(page ?? emptyPage()), rejects: [...(page?.rejects ?? []), reject] };
}

/** The page with a cursor that can be followed, or with none. */
function followed(page: ScopePage, cursor: string | undefined, guard: LoopGuard): ScopePage {
  const { entries, rejects, scopes, doubt } = page;
  let nextCursor = doubt?.isEndKnown ? page.nextCursor : undefined;
  const rows = { entries, rejects, scopes };
  try {
    guard.check(cursor, { ...rows, nextCursor });
  } catch {
    nextCursor = undefined;
  }
  guard.passed({ ...rows, nextCursor });
  return { ...rows, nextCursor };
}

function hasAnything(page: ScopePage | undefined): boolean {
  if (page === undefined) return false;
  const { entries, rejects, scopes, nextCursor } = page;
  return entries.length + rejects.length + scopes.length > 0 || nextCursor !== undefined;
}

/** The text that says how much of the scope is missing. */
function extentOf(page: ScopePage | undefined, cursor: string | undefined): (name: string, why: string) => string {
  const { listing } = say.sources;
  if (page?.nextCursor !== undefined) return listing.onePage;
  if (cursor !== undefined) return listing.toEnd;
  return page !== undefined && hasAnything(page) ? listing.partly : listing.whole;
}

function noSource({ url }: Source, code: 'ERR_BUCKET' | 'ERR_LIST_ROOT', cause: TransferError): TransferError {
  const { listing } = say.sources;
  const message = code === 'ERR_BUCKET' ? listing.noBucket(url, cause.message) : listing.whole(url, cause.message);
  return new TransferError(code, message, { cause });
}
