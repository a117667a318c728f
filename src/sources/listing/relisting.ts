/**
 * Lists a page again that an earlier run listed and did not commit. The bucket may have changed, and pages may have
 * another size. Sluice follows the listing until it has all that the page held then, and returns no row of another
 * page.
 */
import { TransferError } from '../../errors.js';
import type { PageRecord } from '../../journal/records.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { Reject } from '../../model/part.js';
import type { ListedPage } from '../source.js';
import { LoopGuard } from './loop-guard.js';

/** The rows of an answer that belong to the page. (Rejects have no place in a page, so all of them belong.) */
export interface Relisted {
  readonly entries: ObjectEntry[];
  readonly rejects: readonly Reject[];
  /** The page is complete. */
  readonly isLast: boolean;
}

/** First object and first folder of the next page. */
interface Behind {
  readonly entry: string | undefined;
  readonly directory: string | undefined;
}

export class Relisting {
  readonly page: PageRecord;
  readonly guard = new LoopGuard();
  cursor: string | undefined;
  isBusy = false;
  #isEntrySeen: boolean;
  #isDirectorySeen: boolean;
  #isFailureTold = false;
  /** Set if the next page had to be listed. */
  #behind: Behind | undefined;

  constructor(page: PageRecord) {
    this.page = page;
    this.cursor = page.c;
    this.#isEntrySeen = page.l === undefined;
    this.#isDirectorySeen = page.m === undefined;
  }

  get directory(): string {
    return this.page.d;
  }

  /**
   * Cursor of the next page, if only that page shows where this one ends: the last rows of this page are missing, and
   * may be deleted. Otherwise the rest of the folder would count as this page.
   */
  unknownEnd(listed: ListedPage): string | undefined {
    const { x } = this.page;
    const { entries, directories, nextCursor } = listed;
    if (this.#behind !== undefined || nextCursor === x) return undefined;
    if (nextCursor === undefined && entries.length === 0 && directories.length === 0) return undefined;
    return this.#hasLastEntry(listed) && this.#hasLastDirectory(listed) ? undefined : x;
  }

  /** Sets the end of this page by the rows of the next one. */
  endBefore({ entries, directories }: ListedPage): void {
    this.#behind = { entry: entries[0]?.key, directory: directories[0] };
  }

  /** Adds an answer and returns its rows of this page. */
  listed(listed: ListedPage): Relisted {
    return { ...this.#cut(listed), rejects: this.#withFailure(listed.rejects) };
  }

  /**
   * If the page could not be read completely then, its missing folders are unknown. It stays a failure whatever the
   * server sends now.
   */
  #withFailure(rejects: readonly Reject[]): readonly Reject[] {
    const { d, j } = this.page;
    if (j === undefined || this.#isFailureTold) return rejects;
    this.#isFailureTold = true;
    if (rejects.some(({ kind }) => kind === 'folder')) return rejects;
    const message = `folder ${JSON.stringify(d)} could not be listed completely before this job was interrupted`;
    return [...rejects, { entry: { key: d }, error: new TransferError('ERR_LISTING', message), kind: 'folder' }];
  }

  #cut(listed: ListedPage): Pick<Relisted, 'entries' | 'isLast'> {
    const { entries, nextCursor } = listed;
    const { x, l } = this.page;
    const end = entries.findLastIndex(({ key }) => key === l) + 1;
    this.#isEntrySeen = this.#hasLastEntry(listed);
    this.#isDirectorySeen = this.#hasLastDirectory(listed);
    const isSeen = this.#isEntrySeen && this.#isDirectorySeen;
    this.cursor = nextCursor;
    // The next page began at this cursor, and covers the rest.
    if (nextCursor === x) return { entries, isLast: true };
    // It was the last page of its folder: newer rows after it are used, but not searched for.
    if (x === undefined) return { entries, isLast: isSeen };
    if (this.#behind !== undefined) return this.#upToBehind(listed, this.#behind);
    return isSeen ? { entries: entries.slice(0, end), isLast: true } : { entries, isLast: nextCursor === undefined };
  }

  #upToBehind({ entries, directories, nextCursor }: ListedPage, behind: Behind): Pick<Relisted, 'entries' | 'isLast'> {
    const end = entries.findIndex(({ key }) => key === behind.entry);
    const isLast = end !== -1 || directories.includes(behind.directory!) || nextCursor === undefined;
    return { entries: end === -1 ? entries : entries.slice(0, end), isLast };
  }

  #hasLastEntry({ entries }: ListedPage): boolean {
    return this.#isEntrySeen || entries.some(({ key }) => key === this.page.l);
  }

  #hasLastDirectory({ directories }: ListedPage): boolean {
    return this.#isDirectorySeen || directories.includes(this.page.m!);
  }
}
