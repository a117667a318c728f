/** Parts → NDJSON text. */
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

/**
 * A generator stage: parts in, one chunk of text for each out. What is printed counts as skipped: it was listed, and
 * nothing was to be stored. What cannot be listed counts as failed.
 */
export function createPrint({ books, reporter, failures }: PrintOptions) {
  function print(entries: readonly ObjectEntry[]): string {
    let text = '';
    for (const entry of entries) {
      text += `${entryToLine(entry)}\n`;
      books.listed++;
      books.settle({ status: 'skipped', bytes: entry.size ?? 0 }, entry.size);
    }
    return text;
  }

  async function record({ entry, error, attempts = 0, kind }: Reject): Promise<void> {
    books.listed++;
    books.settle({ status: 'failed', error }, entry.size);
    reporter.failure(entry.key, error, attempts);
    await failures?.record(failureLine(entry, error, attempts, kind));
  }

  return async function* printed(parts: AsyncIterable<Part>): AsyncGenerator<string, void, void> {
    for await (const { entries, rejects } of parts) {
      for (const reject of rejects) await record(reject);
      if (entries.length > 0) yield print(entries);
    }
  };
}
