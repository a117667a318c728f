/** Walks scopes depth first, page by page, several at once. The frontier holds what it remembers. */
import { type TransferError, toTransferError } from '../../errors.js';
import { type Frame, Frontier } from '../../journal/frontier.js';
import type { PageRecord } from '../../journal/records.js';
import type { Page } from '../../model/batch.js';
import type { Scope } from '../../model/scope.js';
import type { Source } from '../source.js';
import { type ListPageOptions, listPage, type PagePlace } from './list-page.js';
import { LoopGuard } from './loop-guard.js';
import { Relisting } from './relisting.js';
import { ScopeKinds } from './scope-kinds.js';
import { isOfScope, type ScopePage, toFollow } from './scope-page.js';

export interface WalkOptions extends ListPageOptions {
  /** Stops the walk early: no new request, no more pages. */
  signal: AbortSignal;
  /** Folders that need not be listed. */
  isPruned?: (directory: string) => boolean;
  /** The job has more to do than this walk, so a failure of SOURCE itself is an ordinary failure. */
  isOneOfMany?: boolean;
  /** Continues an earlier walk, and records this one. */
  resume?: WalkResume | undefined;
}

export interface WalkResume {
  readonly frontier: Frontier;
  /** Pages that were listed before and must be listed again. They come first. */
  readonly again: readonly PageRecord[];
  /** Called with each new page before it is yielded. */
  onListed(record: PageRecord, frame: Frame): void;
  /** Called when all of a page was yielded and the reader has requested the next one. */
  onHandedOver(pageNumber: number): void;
}

/** A page with its number in the journal. */
export interface WalkedPage extends Page {
  readonly number: number;
  /** An earlier run listed and counted it. */
  readonly isAgain: boolean;
}

/** A place that is being listed. */
type Place = PagePlace & ({ readonly frame: Frame } | { readonly relisting: Relisting });

interface Ready {
  readonly page: WalkedPage;
  /** No more rows follow under this number. */
  readonly isLast: boolean;
}

/**
 * Yields every page of `start` and of the scopes that its pages name, in the order of the server's answers. Throws if SOURCE
 * itself gives nothing, or on a fatal error. Any other page that cannot be listed becomes a reject.
 */
export async function* walk(
  source: Source,
  start: Scope,
  options: WalkOptions,
): AsyncGenerator<WalkedPage, void, void> {
  const { pacer, signal, resume } = options;
  const kinds = new ScopeKinds(source, options);
  const places = new Places(resume?.frontier ?? new Frontier(start), resume?.again ?? []);
  const ready: Ready[] = [];
  let active = 0;
  let failure: TransferError | undefined;
  let wake: (() => void) | undefined;
  const abort = () => wake?.();
  signal.addEventListener('abort', abort);

  const idle = () => (signal.aborted || places.hasNext ? 0 : pacer.limit - active - ready.length);

  function begin(place: Place): void {
    active++;
    listPlace(source, place, { ...options, kinds, idle })
      .then((page) => {
        const listed = places.enter(place, page, options);
        // The end of a page that is listed again is queued, too: the reader may not have its first rows yet.
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
      // Bounds the pages that wait or are being listed: the reader sets the speed (backpressure).
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

/** Lists one page. For a page that is listed again it also finds out where the page ends. */
async function listPlace(
  source: Source,
  place: Place,
  { idle, ...options }: WalkOptions & { idle: () => number },
): Promise<ScopePage> {
  // What a page names that is listed again is in the frontier already.
  const asked = 'relisting' in place ? { ...place, idle: () => 0 } : { ...place, idle };
  const page = await listPage(source, { isOneOfMany: options.isOneOfMany, ...asked }, options);
  const cursor = 'relisting' in place ? place.relisting.unknownEnd(page) : undefined;
  if (cursor === undefined || !('relisting' in place)) return page;
  const { scope, relisting } = place;
  try {
    const behind = { scope, cursor, guard: new LoopGuard(), isOneOfMany: true, idle: () => 0 };
    relisting.endBefore(await listPage(source, behind, options));
  } catch {
    // The next request shows the error. Without a known end the page continues to the end of its scope.
  }
  return page;
}

/** Whether a scope could not be listed completely. */
function isFailed({ rejects }: Page): boolean {
  return rejects.some(({ kind, error }) => isOfScope({ kind }) && error.code !== 'ERR_NOT_FOUND');
}

function hasRows({ entries, rejects }: Page): boolean {
  return entries.length > 0 || rejects.length > 0;
}

/** What to list next: pages of an earlier run first, then the frontier. */
class Places {
  readonly #frontier: Frontier;
  readonly #relistings: Relisting[];
  /** One guard per scope that has begun and not ended. */
  readonly #guards = new Map<Frame, LoopGuard>();

  constructor(frontier: Frontier, again: readonly PageRecord[]) {
    this.#frontier = frontier;
    this.#relistings = again.map((page) => new Relisting(page));
  }

  next(): Place | undefined {
    const relisting = this.#relistings.find(({ isBusy }) => !isBusy);
    if (relisting !== undefined) {
      relisting.isBusy = true;
      const { scope, cursor, guard } = relisting;
      return { scope, cursor, guard, relisting, isOneOfMany: true };
    }
    const frame = this.#frontier.next();
    if (frame === undefined) return undefined;
    const guard = this.#guards.get(frame) ?? new LoopGuard();
    this.#guards.set(frame, guard);
    return { scope: frame.scope, cursor: frame.cursor, guard, frame };
  }

  /** Something waits to be listed. */
  get hasNext(): boolean {
    return this.#relistings.some(({ isBusy }) => !isBusy) || this.#frontier.hasNext;
  }

  /** Records the answer for a place. */
  enter(place: Place, listed: ScopePage, options: WalkOptions): Ready {
    return 'frame' in place ? this.#enterNew(place.frame, listed, options) : this.#enterAgain(place.relisting, listed);
  }

  #enterNew(frame: Frame, listed: ScopePage, { isPruned, resume }: WalkOptions): Ready {
    const { entries, rejects, nextCursor } = listed;
    const scopes = toFollow(listed, isPruned);
    const bytes = entries.reduce((sum, { size = 0 }) => sum + size, 0);
    const rows = entries.length + rejects.length;
    const lastEntry = entries.at(-1)?.key;
    const isIncomplete = isFailed(listed);
    const record = this.#frontier.listed(frame, { nextCursor, scopes, rows, bytes, lastEntry, isIncomplete });
    if (nextCursor === undefined) this.#guards.delete(frame);
    resume?.onListed(record, frame);
    return { page: { ...listed, number: record.n, isAgain: false }, isLast: true };
  }

  #enterAgain(relisting: Relisting, listed: ScopePage): Ready {
    // The scopes are known already; this call only adds rejects for those that cannot be followed.
    toFollow(listed);
    const { entries, rejects, isLast } = relisting.listed(listed);
    relisting.isBusy = false;
    if (isLast) this.#relistings.splice(this.#relistings.indexOf(relisting), 1);
    return { page: { ...listed, entries, rejects, number: relisting.page.n, isAgain: true }, isLast };
  }
}
