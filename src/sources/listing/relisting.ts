/**
 * A page that an earlier run listed and did not retire, listed again. The bucket may have changed since, and pages may
 * have another size: it is followed until everything that it held then has come, and gives no row of another page.
 */
import { TransferError } from '../../errors.js';
import type { PageRecord } from '../../journal/records.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { Reject } from '../../model/part.js';
import type { ListedPage } from '../source.js';
import { LoopGuard } from './loop-guard.js';

/** What of a piece belongs to the page. (Rows that are no objects cannot be told apart: all of them.) */
export interface Relisted {
  readonly entries: ObjectEntry[];
  readonly rejects: readonly Reject[];
  /** The page has been seen whole. */
  readonly isLast: boolean;
}

/** First object and first folder of the page behind. */
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
  /** Known where it had to be asked for. */
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
   * Cursor of the page behind this one, when only that one can tell where this one ends: its last rows are not among
   * what was listed, and may be gone. Without it the rest of the folder would pass for this page.
   */
  unknownEnd(listed: ListedPage): string | undefined {
    const { x } = this.page;
    const { entries, directories, nextCursor } = listed;
    if (this.#behind !== undefined || nextCursor === x) return undefined;
    if (nextCursor === undefined && entries.length === 0 && directories.length === 0) return undefined;
    return this.#hasLastEntry(listed) && this.#hasLastDirectory(listed) ? undefined : x;
  }

  /** Told of the page behind. */
  endBefore({ entries, directories }: ListedPage): void {
    this.#behind = { entry: entries[0]?.key, directory: directories[0] };
  }

  /** Enters what was listed. */
  listed(listed: ListedPage): Relisted {
    return { ...this.#cut(listed), rejects: this.#withFailure(listed.rejects) };
  }

  /**
   * Of a page that could not be read completely then: which folders it did not give nobody knows any more, so it stays a
   * failure whatever it gives now.
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
    // The cursor where the next page began then: whatever comes from there on is that page's business.
    if (nextCursor === x) return { entries, isLast: true };
    // It was the last page of its folder: what stands behind it by now is welcome, but need not be looked for.
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
