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
  for (const some of chunks(rejects)) yield { ...emptyPart(nextId), rejects: some };
  for (const some of chunks(entries)) yield { ...emptyPart(nextId), entries: some };
}

export function emptyPart(nextId: () => number): Part {
  return { id: nextId(), entries: [], rejects: [], badLines: [], open: 0 };
}

/** Pieces of at most {@link PART_ENTRIES}. */
export function* chunks<T>(items: readonly T[]): Generator<readonly T[], void, void> {
  for (let start = 0; start < items.length; start += PART_ENTRIES) yield items.slice(start, start + PART_ENTRIES);
}

export function counter(): () => number {
  let last = 0;
  return () => ++last;
}
