/** One page as the walk knows it: whatever the kind of the lister, a page names further scopes. */
import { TransferError } from '../../errors.js';
import type { Reject } from '../../model/batch.js';
import { MAX_DIRECTORY_BYTES } from '../../model/key.js';
import { folderOf, kindOf, nameOf, type Scope, textOf } from '../../model/scope.js';
import { say } from '../../texts/say.js';
import type { ListedPage, PageAnswer } from '../source.js';

export interface ScopePage extends Pick<ListedPage, 'entries' | 'rejects' | 'nextCursor' | 'doubt'> {
  /** To be listed on their own. */
  readonly scopes: readonly Scope[];
}

export function scopePage({ entries, rejects = [], directories, scopes, nextCursor, doubt }: PageAnswer): ScopePage {
  return { entries, rejects, scopes: scopesOf(directories, scopes), nextCursor, doubt };
}

/** Folders stay the same array: a page may have thousands. */
function scopesOf(directories: readonly string[] = [], texts: readonly string[] = []): readonly Scope[] {
  return texts.length === 0 ? directories : [...directories, ...texts.map((text) => ({ text }))];
}

/** A page without rows. */
export function emptyPage(rejects: Reject[] = []): ScopePage {
  return { entries: [], rejects, scopes: [], nextCursor: undefined };
}

/** The failure of a whole scope, or of a part of it. */
export function scopeReject(scope: Scope, error: TransferError, attempts?: number): Reject {
  const reject = { entry: { key: textOf(scope) }, error, kind: kindOf(scope) };
  return attempts === undefined ? reject : { ...reject, attempts };
}

/** Whether a reject stands for rows that are missing. */
export function isOfScope({ kind }: Pick<Reject, 'kind'>): boolean {
  return kind !== 'name';
}

/**
 * The scopes of a page that are to be listed; those that cannot be followed become rejects of the page. `isPruned`:
 * folders that need no listing.
 */
export function toFollow({ scopes, rejects }: ScopePage, isPruned?: (directory: string) => boolean): Scope[] {
  return scopes.filter((scope) => {
    const text = textOf(scope);
    const folder = folderOf(scope);
    if (Buffer.byteLength(text) <= MAX_DIRECTORY_BYTES) return folder === undefined || !isPruned?.(folder);
    const { listing } = say.sources;
    const what = listing.beginning(nameOf(folder === undefined ? { text: text.slice(0, 60) } : text.slice(0, 60)));
    const why = (folder === undefined ? listing.longText : listing.longPath)(what, MAX_DIRECTORY_BYTES);
    const error = new TransferError(folder === undefined ? 'ERR_LISTING' : 'ERR_NAME_TOO_LONG', why);
    rejects.push(folder === undefined ? scopeReject(scope, error) : { entry: { key: text }, error, kind: 'name' });
    return false;
  });
}
