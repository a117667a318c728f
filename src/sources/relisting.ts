/**
 * A page that an earlier run listed and did not retire, listed again. The bucket may have changed since: the page is
 * followed until everything that it held then has come, and no further than that.
 */
import type { PageRecord } from '../journal/records.js';
import { LoopGuard } from './loop-guard.js';
import type { ListedPage } from './source.js';

export class Relisting {
  readonly page: PageRecord;
  readonly guard = new LoopGuard();
  cursor: string | undefined;
  isBusy = false;
  #isEntrySeen: boolean;
  #isDirectorySeen: boolean;

  constructor(page: PageRecord) {
    this.page = page;
    this.cursor = page.c;
    this.#isEntrySeen = page.l === undefined;
    this.#isDirectorySeen = page.m === undefined;
  }

  get directory(): string {
    return this.page.d;
  }

  /** Enters what was listed. True when the page has been seen whole. */
  listed({ entries, directories, nextCursor }: ListedPage): boolean {
    const { x, l, m } = this.page;
    this.#isEntrySeen ||= entries.some(({ key }) => key === l);
    this.#isDirectorySeen ||= directories.includes(m!);
    this.cursor = nextCursor;
    // The cursor where the next page began then: whatever comes from there on is that page's business.
    return nextCursor === undefined || nextCursor === x || (this.#isEntrySeen && this.#isDirectorySeen);
  }
}
