/** The beginning of the produce half: pages of the source, cut into parts. */
import { counter, cutPage, type Part } from '../model/part.js';
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
    books.find(page.entries, page.rejects.length);
    yield* cutPage(page, nextId);
  }
  if (!options.signal.aborted) books.isListingDone = true;
}
