/** The beginning of the produce half: pages of the source, cut into parts. */
import type { ObjectEntry } from '../model/entry.js';
import { PART_ENTRIES, type Page, type Part } from '../model/part.js';
import type { Books } from '../report/books.js';
import type { Source } from '../sources/source.js';
import { type WalkOptions, walk } from '../sources/walk.js';

/** Lists all of SOURCE. Ends early, without an error, when `signal` aborts. */
export async function* listParts(
  source: Source,
  { books, ...options }: WalkOptions & { books: Books },
): AsyncGenerator<Part, void, void> {
  const nextId = counter();
  for await (const page of walk(source, '', options)) {
    countFound(books, page.entries, page.rejects.length);
    yield* cutPage(page, nextId);
  }
  if (!options.signal.aborted) books.isListingDone = true;
}

export function countFound(books: Books, entries: readonly ObjectEntry[], others: number): void {
  books.found += entries.length + others;
  for (const { size } of entries) books.foundBytes += size ?? 0;
}

/** A page as parts of at most {@link PART_ENTRIES} entries. */
export function* cutPage({ entries, rejects }: Page, nextId: () => number): Generator<Part, void, void> {
  if (rejects.length > 0) yield { id: nextId(), entries: [], rejects, badLines: [], open: 0 };
  for (let start = 0; start < entries.length; start += PART_ENTRIES) {
    yield { id: nextId(), entries: entries.slice(start, start + PART_ENTRIES), rejects: [], badLines: [], open: 0 };
  }
}

export function counter(): () => number {
  let last = 0;
  return () => ++last;
}
