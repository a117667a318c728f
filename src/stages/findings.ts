/** The end of a comparison: what differs is printed as NDJSON, everything is counted. */
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { TransferError } from '../errors.js';
import { entryToLine } from '../model/entry.js';
import { type Finding, findingLine } from '../model/finding.js';
import type { Books } from '../report/books.js';
import type { Compared } from './compare.js';

export interface FindingsOptions {
  /** Stays open. */
  output: Writable;
  books: Books;
}

/** Alike counts as skipped (nothing had to be done), anything else as failed. */
export function createFindings({ output, books }: FindingsOptions): Writable {
  return new Writable({
    objectMode: true,
    highWaterMark: 1,
    write({ part, findings }: Compared, _encoding, done) {
      const different: Finding[] = [
        ...part.rejects.map(({ entry, error, kind }) => ({
          entry,
          reason: 'unlisted' as const,
          detail: error.message,
          kind,
        })),
        ...part.badLines.map((badLine) => ({
          entry: { key: badLine.text },
          reason: 'unusable' as const,
          detail: badLine.reason,
          badLine,
        })),
        ...findings.filter((finding) => finding !== undefined),
      ];
      for (const [index, { size = 0 }] of part.entries.entries()) {
        if (findings[index] !== undefined) continue;
        books.listed++;
        books.settle({ status: 'skipped', bytes: size, volume: 0 }, size);
      }
      printFindings(different, { output, books }).then(() => done(), done);
    },
  });
}

/** Counts and prints; resolves when the output takes more. */
export async function printFindings(findings: readonly Finding[], { output, books }: FindingsOptions): Promise<void> {
  let text = '';
  for (const finding of findings) {
    const { entry, reason } = finding;
    books.listed++;
    books.settle({ status: 'failed', error: new TransferError('ERR_DIFFERENT', reason) }, entry.size);
    books.reasons[reason] = (books.reasons[reason] ?? 0) + 1;
    text += `${findingLine(entryToLine(entry), finding)}\n`;
  }
  if (text === '' || output.write(text) || output.destroyed) return;
  await Promise.race([once(output, 'drain'), once(output, 'close')]);
}
