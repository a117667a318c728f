/** Parts → NDJSON text, one chunk for each part. */
import { none } from 'stream-chain/defs.js';
import { entryToLine, type ObjectEntry } from '../model/entry.js';
import type { Part, Reject } from '../model/part.js';
import type { Books } from '../report/books.js';
import { type FailuresFile, failureLine } from '../report/failures.js';
import type { Reporter } from '../report/reporter.js';

export interface PrintOptions {
  books: Books;
  reporter: Reporter;
  /** Where folders that could not be listed are recorded, if anywhere. */
  failures: FailuresFile | undefined;
}

/** What is printed counts as skipped: it was listed, and nothing was to be stored. What cannot be listed counts as failed. */
export function createPrint({ books, reporter, failures }: PrintOptions) {
  function print(entries: readonly ObjectEntry[]): string | typeof none {
    let text = '';
    for (const entry of entries) {
      text += `${entryToLine(entry)}\n`;
      books.listed++;
      books.settle({ status: 'skipped', bytes: entry.size ?? 0 }, entry.size);
    }
    return text === '' ? none : text;
  }

  async function record(rejects: readonly Reject[]): Promise<void> {
    for (const { entry, error, attempts = 0, record: more } of rejects) {
      books.listed++;
      books.settle({ status: 'failed', error }, entry.size);
      reporter.failure(entry.key, error, attempts);
      await failures?.record(failureLine(entry, error, attempts, more));
    }
  }

  // A promise only where something has to be recorded: the stream around this heeds the reader's pace for plain values.
  return ({ entries, rejects }: Part): string | typeof none | Promise<string | typeof none> =>
    rejects.length === 0 ? print(entries) : record(rejects).then(() => print(entries));
}
