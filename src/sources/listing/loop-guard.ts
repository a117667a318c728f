/**
 * Stops a listing that never ends. It finds a repeated cursor in constant memory for any length of the circle (R. P.
 * Brent, BIT 20, 1980). It counts pages with new cursors but nothing new in them.
 */
import { TransferError } from '../../errors.js';
import type { ObjectEntry } from '../../model/entry.js';
import { type Scope, textOf } from '../../model/scope.js';
import { say } from '../../texts/say.js';
import type { ScopePage } from './scope-page.js';

/** How many pages in a row may bring nothing new. A correct server sends an empty or a repeated page now and then. */
const STALE_PAGES_LIMIT = 100;

/**
 * How often a cursor may come back in one answer and not in the next. A server that answers at random would pass every
 * single check.
 */
const CIRCLES_LIMIT = 100;

type GuardedPage = Pick<ScopePage, 'entries' | 'scopes' | 'nextCursor'>;

/** Guards the pages of one scope. */
export class LoopGuard {
  /** A cursor remembered at each power of two pages; if it comes back, there is a loop. */
  #landmark: string | undefined;
  #pages = 0;
  /** First name of the last page. `#stalePages`: pages in a row that begin with this name, or are empty. */
  #firstKey: string | undefined;
  #stalePages = 0;
  #circles = 0;

  /**
   * Throws ERR_LISTING if the page after `cursor` makes no progress. A second call with the same page gives the same
   * result.
   */
  check(cursor: string | undefined, { entries, scopes, nextCursor }: GuardedPage): void {
    if (nextCursor === undefined) return;
    if (nextCursor === cursor || nextCursor === this.#landmark) this.#circles++;
    if (nextCursor === cursor || nextCursor === this.#landmark || this.#circles >= CIRCLES_LIMIT) {
      throw new TransferError('ERR_LISTING', say.sources.listing.repeats);
    }
    if (this.#isStale(firstOf(entries, scopes)) && this.#stalePages >= STALE_PAGES_LIMIT) {
      throw new TransferError('ERR_LISTING', say.sources.listing.noProgress(STALE_PAGES_LIMIT));
    }
  }

  /** The page is accepted: its rows are used. */
  passed({ entries, scopes, nextCursor }: GuardedPage): void {
    const firstKey = firstOf(entries, scopes);
    this.#stalePages = this.#isStale(firstKey) ? this.#stalePages + 1 : 0;
    this.#firstKey = firstKey;
    this.#pages++;
    if ((this.#pages & (this.#pages - 1)) === 0) this.#landmark = nextCursor;
  }

  #isStale(firstKey: string | undefined): boolean {
    return firstKey === undefined || firstKey === this.#firstKey;
  }
}

function firstOf([entry]: readonly ObjectEntry[], [scope]: readonly Scope[]): string | undefined {
  return entry?.key ?? (scope && textOf(scope));
}
