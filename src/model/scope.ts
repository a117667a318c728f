/**
 * What is listed page by page, on its own: a folder, or what a lister of another kind makes up, such as a range of keys.
 * The walk, the frontier, the journal and the queue hand scopes on, compare them and write them down; only what is
 * about folders (`sources/listing/folders/`) looks into them.
 */

import { say } from '../texts/say.js';
import { folderKey, folderName } from './key.js';

/**
 * A folder is its key (a listing may have millions, and this costs nothing); '' is all of SOURCE, for every kind of
 * lister. In JSON a scope is itself: text is a folder, an object is a scope of another kind.
 */
export type Scope = string | OtherScope;

/** A scope that is no folder. `text` is what its lister has called it; only that lister reads it. */
export interface OtherScope {
  readonly text: string;
}

/** All of SOURCE. */
export const ALL: Scope = '';

/** The key of a folder; undefined for a scope of another kind. */
export function folderOf(scope: Scope): string | undefined {
  return typeof scope === 'string' ? scope : undefined;
}

/** The text by which the lister knows the scope. */
export function textOf(scope: Scope): string {
  return typeof scope === 'string' ? scope : scope.text;
}

/** The scope for people: `folder "a/b"`. (All of SOURCE is best named by its URL.) */
export function nameOf(scope: Scope): string {
  const { listing } = say.sources;
  return typeof scope === 'string' ? listing.folder(scope) : listing.scope(scope.text);
}

/** As in the list of failures. */
export function kindOf(scope: Scope): 'folder' | 'scope' {
  return typeof scope === 'string' ? 'folder' : 'scope';
}

export function isSame(scope: Scope, other: Scope | undefined): boolean {
  if (typeof scope === 'string' || typeof other !== 'object') return scope === other;
  return scope.text === other.text;
}

/** The scope as it is written down beside the one whose page has named it: a folder by its name. */
export function shortened(within: Scope, scope: Scope): Scope {
  return typeof scope === 'string' && typeof within === 'string' ? folderName(within, scope) : scope;
}

/** The inverse of {@link shortened}. */
export function lengthened(within: Scope, short: Scope): Scope {
  return typeof short === 'string' && typeof within === 'string' ? folderKey(within, short) : short;
}
