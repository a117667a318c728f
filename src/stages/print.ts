/** Parts → NDJSON text on an output. */
import { Writable } from 'node:stream';
import { entryToLine } from '../model/entry.js';
import type { Outcome } from '../model/outcome.js';
import type { Part, Reject } from '../model/part.js';
import type { Books } from '../report/books.js';
import { failureLine } from '../report/failures.js';
import type { Reporter } from '../report/reporter.js';

export interface PrintOptions {
  /** Stays open. */
  output: Writable;
  books: Books;
  reporter: Reporter;
  /** Where folders that could not be listed are recorded, if anywhere. */
  failures: { record(line: string, part: Part): Promise<void> | undefined } | undefined;
  /** Told of each part when the system has taken its lines. */
  ack: (part: Part) => void;
}

/**
 * The end of a listing. What is printed counts as skipped: it was listed, and nothing was to be stored. What cannot be
 * listed counts as failed. An output that fails destroys the stage with its error.
 */
export function createPrint({ output, books, reporter, failures, ack }: PrintOptions): Writable {
  function settle(part: Part, outcome: Outcome, size: number | undefined): void {
    books.listed++;
    books.settle(outcome, size);
    part.page?.enter(outcome, size);
  }

  async function record(part: Part, { entry, error, attempts = 0, kind }: Reject): Promise<void> {
    settle(part, { status: 'failed', error }, entry.size);
    reporter.failure(entry.key, error, attempts);
    await failures?.record(failureLine(entry, error, attempts, kind), part);
  }

  function textOf(part: Part): string {
    let text = '';
    for (const entry of part.entries) {
      text += `${entryToLine(entry)}\n`;
      settle(part, { status: 'skipped', bytes: entry.size ?? 0 }, entry.size);
    }
    return text;
  }

  async function print(part: Part): Promise<void> {
    for (const reject of part.rejects) await record(part, reject);
    if (part.entries.length === 0) return ack(part);
    await new Promise<void>((resolve, reject) => {
      const isWanted = output.write(textOf(part), (error) => {
        if (error) return reject(error);
        ack(part);
        resolve();
      });
      // As long as the output takes more, the next lines need not wait for these to have gone.
      if (isWanted) resolve();
    });
  }

  const stage = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(part: Part, _encoding, done) {
      print(part).then(() => done(), done);
    },
    destroy(error, done) {
      output.off('error', fail).off('close', fail);
      done(error);
    },
  });
  // It may close between two lines, or while it holds one back: then no answer to a write comes any more.
  const fail = (error?: Error) => stage.destroy(error ?? new Error('the output was closed'));
  output.on('error', fail).on('close', fail);
  return stage;
}
