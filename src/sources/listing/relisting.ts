/**
 * Lists a page again that an earlier run listed and did not commit. The bucket may have changed, and pages may have
 * another size. Sluice follows the listing until it has all that the page held then, and returns no row of another
 * page.
 */
import { TransferError } from '../../errors.js';
import type { PageRecord } from '../../journal/records.js';
import type { Reject } from '../../model/batch.js';
import type { ObjectEntry } from '../../model/entry.js';
import { folderOf, isSame, nameOf, type Scope } from '../../model/scope.js';
import { say } from '../../texts/say.js';
import { LoopGuard } from './loop-guard.js';
import { isOfScope, type ScopePage, scopeReject } from './scope-page.js';

/** The rows of an answer that belong to the page. (Rejects have no place in a page, so all of them belong.) */
export interface Relisted {
  readonly entries: readonly ObjectEntry[];
  readonly rejects: readonly Reject[];
  /** The page is complete. */
  readonly isLast: boolean;
}

/** First object and first scope of the next page. */
interface Behind {
  readonly entry: string | undefined;
  readonly scope: Scope | undefined;
}

export class Relisting {
  readonly page: PageRecord;
  guard = new LoopGuard();
  /** What is listed next. */
  scope: Scope;
  cursor: string | undefined;
  isBusy = false;
  #isEntrySeen: boolean;
  #isScopeSeen: boolean;
  #isFailureTold = false;
  /** Set if the next page had to be listed. */
  #behind: Behind | undefined;
  #isEndFound = false;
  /** Scopes that may hold the rest of the page. */
  #rest: Scope[] = [];
  #isInRest = false;

  constructor(page: PageRecord) {
    this.page = page;
    this.scope = page.d;
    this.cursor = page.c;
    this.#isEntrySeen = page.l === undefined;
    // Only a folder is a row of a page; others may be cut in another way now.
    this.#isScopeSeen = page.m === undefined || folderOf(page.m) === undefined;
  }

  /**
   * Cursor of the next page, if only that page shows where this one ends: the last rows of this page are missing, and
   * may be deleted. Otherwise the rest of the folder would count as this page.
   */
  unknownEnd(listed: ScopePage): string | undefined {
    const { x } = this.page;
    const { entries, scopes, nextCursor } = listed;
    if (this.#behind !== undefined || this.#isInRest || nextCursor === x) return undefined;
    if (nextCursor === undefined && entries.length === 0 && scopes.length === 0) return undefined;
    return this.#hasLastEntry(listed) && this.#hasLastScope(listed) ? undefined : x;
  }

  /** Sets the end of this page by the rows of the next one. */
  endBefore({ entries, scopes }: ScopePage): void {
    this.#behind = { entry: entries[0]?.key, scope: scopes[0] };
  }

  /** Adds an answer and returns its rows of this page. */
  listed(listed: ScopePage): Relisted {
    const cut = this.#cut(listed);
    return { ...cut, isLast: this.#isAtEnd(cut, listed), rejects: this.#withFailure(listed.rejects) };
  }

  /**
   * If the page could not be read completely then, its missing folders are unknown. It stays a failure whatever the
   * server sends now.
   */
  #withFailure(rejects: readonly Reject[]): readonly Reject[] {
    const { d, j } = this.page;
    if (j === undefined || this.#isFailureTold) return rejects;
    this.#isFailureTold = true;
    if (rejects.some(isOfScope)) return rejects;
    const message = say.sources.listing.interrupted(nameOf(d));
    return [...rejects, scopeReject(d, new TransferError('ERR_LISTING', message))];
  }

  /**
   * A lister without folders may have split what this page held: then the answer is shorter than the page was, and the
   * rest lies in its further scopes. They are followed until the last object of the page has come. (Those that the page
   * named then are listed anyway, so that some objects are listed twice.)
   */
  #isAtEnd({ isLast }: Pick<Relisted, 'isLast'>, { scopes, nextCursor }: ScopePage): boolean {
    if (this.#isEntrySeen || this.#isEndFound || nextCursor !== undefined) return isLast;
    this.#rest.unshift(...scopes.filter((scope) => folderOf(scope) === undefined));
    const next = this.#rest.shift();
    if (next === undefined) return isLast;
    this.#isInRest = true;
    this.scope = next;
    this.cursor = undefined;
    this.guard = new LoopGuard();
    return false;
  }

  #cut(listed: ScopePage): Pick<Relisted, 'entries' | 'isLast'> {
    const { entries, nextCursor } = listed;
    const { x, l } = this.page;
    const end = entries.findLastIndex(({ key }) => key === l) + 1;
    this.#isEntrySeen = this.#hasLastEntry(listed);
    this.#isScopeSeen = this.#hasLastScope(listed);
    const isSeen = this.#isEntrySeen && this.#isScopeSeen;
    this.cursor = nextCursor;
    // The next page began at this cursor, and covers the rest.
    if (nextCursor === x && !this.#isInRest) return { entries, isLast: true };
    // It was the last page of its scope: newer rows after it are used, but not searched for.
    if (x === undefined) return { entries, isLast: isSeen || nextCursor === undefined };
    if (this.#behind !== undefined) return this.#upToBehind(listed, this.#behind);
    return isSeen ? { entries: entries.slice(0, end), isLast: true } : { entries, isLast: nextCursor === undefined };
  }

  #upToBehind({ entries, scopes, nextCursor }: ScopePage, behind: Behind): Pick<Relisted, 'entries' | 'isLast'> {
    const end = entries.findIndex(({ key }) => key === behind.entry);
    this.#isEndFound = end !== -1 || includes(scopes, behind.scope);
    const isLast = this.#isEndFound || nextCursor === undefined;
    return { entries: end === -1 ? entries : entries.slice(0, end), isLast };
  }

  #hasLastEntry({ entries }: ScopePage): boolean {
    return this.#isEntrySeen || entries.some(({ key }) => key === this.page.l);
  }

  #hasLastScope({ scopes }: ScopePage): boolean {
    return this.#isScopeSeen || includes(scopes, this.page.m);
  }
}

function includes(scopes: readonly Scope[], wanted: Scope | undefined): boolean {
  return scopes.some((scope) => isSame(scope, wanted));
}
