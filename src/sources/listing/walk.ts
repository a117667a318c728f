/** Walks a tree of folders depth-first, page by page, several folders at once; see the frontier for what it remembers. */
import { type TransferError, toTransferError } from '../../errors.js';
import { type Frame, Frontier } from '../../journal/frontier.js';
import type { PageRecord } from '../../journal/records.js';
import type { Page } from '../../model/part.js';
import type { ListedPage, Source } from '../source.js';
import { followable, type ListPageOptions, listPage, type PagePlace } from './list-page.js';
import { LoopGuard } from './loop-guard.js';
import { MissingFolders } from './missing-folder.js';
import { Relisting } from './relisting.js';

export interface WalkOptions extends ListPageOptions {
  /** Ends the walk early: no new page is asked for, nothing more is yielded. */
  signal: AbortSignal;
  /** Folders that need not be listed at all. */
  isPruned?: (directory: string) => boolean;
  /** There is more to do than this walk: that SOURCE gives nothing is a failure like any other. */
  isOneOfMany?: boolean;
  /** A walk that goes on where another one was, and is remembered itself. */
  resume?: WalkResume | undefined;
}

export interface WalkResume {
  readonly frontier: Frontier;
  /** Pages that were listed before and have to be listed again. They come first. */
  readonly again: readonly PageRecord[];
  /** Told of each new page before it is yielded. */
  onListed(record: PageRecord, frame: Frame): void;
  /** Told when all of a page has been yielded, and the next one was asked for. */
  onHandedOver(pageNumber: number): void;
}

/** A page with its number, by which the journal knows it. */
export interface WalkedPage extends Page {
  readonly number: number;
  /** It was counted when it was listed for the first time. */
  readonly isAgain: boolean;
}

/** A place in the tree that is being listed. */
type Place = PagePlace & ({ readonly frame: Frame } | { readonly relisting: Relisting });

interface Ready {
  readonly page: WalkedPage;
  /** Nothing more comes under this number. */
  readonly isLast: boolean;
}

/**
 * Yields every page below `directory` ('' for SOURCE itself) in the order in which the server answers. Throws when
 * SOURCE itself gives nothing at all or a fatal error comes; any other page that cannot be listed becomes a reject.
 */
export async function* walk(
  source: Source,
  directory: string,
  options: WalkOptions,
): AsyncGenerator<WalkedPage, void, void> {
  const { pacer, signal, resume } = options;
  const missing = new MissingFolders(source, options);
  const places = new Places(resume?.frontier ?? new Frontier(directory), resume?.again ?? []);
  const ready: Ready[] = [];
  let active = 0;
  let failure: TransferError | undefined;
  let wake: (() => void) | undefined;
  const abort = () => wake?.();
  signal.addEventListener('abort', abort);

  function begin(place: Place): void {
    active++;
    listPlace(source, place, { ...options, missing })
      .then((page) => {
        const listed = places.enter(place, page, options);
        // The end of a page that is listed again takes its turn: the reader may not have had its first rows yet.
        if (hasRows(page) || listed.page.isAgain) ready.push(listed);
        else resume?.onHandedOver(listed.page.number);
      })
      .catch((error) => {
        failure ??= toTransferError(error);
      })
      .finally(() => {
        active--;
        wake?.();
      });
  }

  try {
    for (;;) {
      // At most so many pages wait or are on their way: the reader sets the pace.
      while (active + ready.length < pacer.limit) {
        const place = signal.aborted || failure !== undefined ? undefined : places.next();
        if (place === undefined) break;
        begin(place);
      }
      if (signal.aborted) return;
      if (failure !== undefined) throw failure;
      const next = ready.shift();
      if (next !== undefined) {
        if (hasRows(next.page)) yield next.page;
        if (next.isLast) resume?.onHandedOver(next.page.number);
      } else if (active === 0) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** One page, and for one that is listed again whatever tells where it ends. */
async function listPlace(source: Source, place: Place, options: WalkOptions): Promise<ListedPage> {
  const page = await listPage(source, { isOneOfMany: options.isOneOfMany, ...place }, options);
  const cursor = 'relisting' in place ? place.relisting.unknownEnd(page) : undefined;
  if (cursor === undefined || !('relisting' in place)) return page;
  const { directory, relisting } = place;
  try {
    const behind = { directory, cursor, guard: new LoopGuard(), isOneOfMany: true };
    relisting.endBefore(await listPage(source, behind, options));
  } catch {
    // Whatever is wrong shows at the next request; without an end the page goes on to that of its folder.
  }
  return page;
}

/** A folder that could not be listed, or not completely. */
function isFailed({ rejects }: Page): boolean {
  return rejects.some(({ kind, error }) => kind === 'folder' && error.code !== 'ERR_NOT_FOUND');
}

function hasRows({ entries, rejects }: Page): boolean {
  return entries.length > 0 || rejects.length > 0;
}

/** What can be listed next: pages of an earlier run first, then the frontier. */
class Places {
  readonly #frontier: Frontier;
  readonly #relistings: Relisting[];
  /** One for each folder that has begun and is not at its end. */
  readonly #guards = new Map<Frame, LoopGuard>();

  constructor(frontier: Frontier, again: readonly PageRecord[]) {
    this.#frontier = frontier;
    this.#relistings = again.map((page) => new Relisting(page));
  }

  next(): Place | undefined {
    const relisting = this.#relistings.find(({ isBusy }) => !isBusy);
    if (relisting !== undefined) {
      relisting.isBusy = true;
      const { directory, cursor, guard } = relisting;
      return { directory, cursor, guard, relisting, isOneOfMany: true };
    }
    const frame = this.#frontier.next();
    if (frame === undefined) return undefined;
    const guard = this.#guards.get(frame) ?? new LoopGuard();
    this.#guards.set(frame, guard);
    return { directory: frame.directory, cursor: frame.cursor, guard, frame };
  }

  /** Enters what was listed there. */
  enter(place: Place, listed: ListedPage, options: WalkOptions): Ready {
    return 'frame' in place ? this.#enterNew(place.frame, listed, options) : this.#enterAgain(place.relisting, listed);
  }

  #enterNew(frame: Frame, listed: ListedPage, { isPruned, resume }: WalkOptions): Ready {
    const { entries, rejects, nextCursor } = listed;
    const directories = followable(listed).filter((key) => !isPruned?.(key));
    const bytes = entries.reduce((sum, { size = 0 }) => sum + size, 0);
    const rows = entries.length + rejects.length;
    const lastEntry = entries.at(-1)?.key;
    const isIncomplete = isFailed(listed);
    const record = this.#frontier.listed(frame, { nextCursor, directories, rows, bytes, lastEntry, isIncomplete });
    if (nextCursor === undefined) this.#guards.delete(frame);
    resume?.onListed(record, frame);
    return { page: { ...listed, number: record.n, isAgain: false }, isLast: true };
  }

  #enterAgain(relisting: Relisting, listed: ListedPage): Ready {
    // Where its folders lead is known already, but those that cannot be followed are rows of the page.
    followable(listed);
    const { entries, rejects, isLast } = relisting.listed(listed);
    relisting.isBusy = false;
    if (isLast) this.#relistings.splice(this.#relistings.indexOf(relisting), 1);
    return { page: { ...listed, entries, rejects, number: relisting.page.n, isAgain: true }, isLast };
  }
}
