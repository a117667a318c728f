/** Parts → NDJSON text, one chunk for each part. */
import { none } from 'stream-chain/defs.js';
import { entryToLine, type ObjectEntry } from '../model/entry.js';
import type { Part } from '../model/part.js';
import type { Books } from '../report/books.js';
import type { Reporter } from '../report/reporter.js';

export interface PrintOptions {
  books: Books;
  reporter: Reporter;
}

/** What is printed counts as skipped: it was listed, and nothing was to be stored. What cannot be listed counts as failed. */
export function createPrint(
  select: (entries: readonly ObjectEntry[]) => readonly ObjectEntry[],
  { books, reporter }: PrintOptions,
) {
  return ({ entries, rejects }: Part): string | typeof none => {
    for (const { entry, error } of rejects) {
      books.listed++;
      books.settle({ status: 'failed', error });
      reporter.failure(entry.key, error, 0);
    }
    let text = '';
    for (const entry of select(entries)) {
      text += `${entryToLine(entry)}\n`;
      books.listed++;
      books.settle({ status: 'skipped', bytes: entry.size ?? 0 });
    }
    return text === '' ? none : text;
  };
}
