/**
 * Refuses a listing that does not come to an end. A cursor that comes back is found in constant memory whatever the
 * length of the circle (R. P. Brent, BIT 20, 1980); fresh cursors with nothing new behind them are counted.
 */
import { TransferError } from '../../errors.js';
import type { ListedPage } from '../source.js';

/** How many pages in a row may bring nothing new. An honest server sends an empty or a repeated page now and then. */
const STALE_PAGES_LIMIT = 100;

/** How often a cursor may come back and, asked for again, not: a server that answers at random never says the same twice. */
const CIRCLES_LIMIT = 100;

/** Watches over the pages of one folder. */
export class LoopGuard {
  /** A cursor remembered at each power of two pages; meeting it again proves a loop. */
  #landmark: string | undefined;
  #pages = 0;
  /** First name of the last page, and how many pages in a row have brought no other. */
  #firstKey: string | undefined;
  #stalePages = 0;
  #circles = 0;

  /** Throws ERR_LISTING when the page that `cursor` led to does not lead on; asked twice it says the same. */
  check(cursor: string | undefined, { entries, directories, nextCursor }: ListedPage): void {
    if (nextCursor === undefined) return;
    if (nextCursor === cursor || nextCursor === this.#landmark) this.#circles++;
    if (nextCursor === cursor || nextCursor === this.#landmark || this.#circles >= CIRCLES_LIMIT) {
      throw new TransferError('ERR_LISTING', 'the listing goes in circles: a cursor came back');
    }
    if (this.#isStale(entries[0]?.key ?? directories[0]) && this.#stalePages >= STALE_PAGES_LIMIT) {
      throw new TransferError(
        'ERR_LISTING',
        `the listing does not get on: ${STALE_PAGES_LIMIT} pages without anything new`,
      );
    }
  }

  /** That page counts: its rows are used. */
  passed({ entries, directories, nextCursor }: ListedPage): void {
    const firstKey = entries[0]?.key ?? directories[0];
    this.#stalePages = this.#isStale(firstKey) ? this.#stalePages + 1 : 0;
    this.#firstKey = firstKey;
    this.#pages++;
    if ((this.#pages & (this.#pages - 1)) === 0) this.#landmark = nextCursor;
  }

  #isStale(firstKey: string | undefined): boolean {
    return firstKey === undefined || firstKey === this.#firstKey;
  }
}
