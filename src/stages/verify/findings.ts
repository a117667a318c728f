/** The end of a comparison: prints the differences as NDJSON, and counts everything. */
import { Writable } from 'node:stream';
import { TransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import { written } from '../../lib/streams/written.js';
import { BATCH_ENTRIES } from '../../model/batch.js';
import { entryToLine, type ObjectEntry } from '../../model/entry.js';
import { type Finding, findingFields, findingLine } from '../../model/finding.js';
import type { Compared } from './compare.js';

export interface FindingsOptions {
  /** Stays open. */
  output: Writable;
  events: EventBus;
}

/** Takes the findings instead of the output, until all are known. Each line has its number. */
export interface Holder {
  alike(entry: ObjectEntry, line: number): void;
  different(finding: Finding, line: number, text: string): void;
}

/** Alike counts as skipped (there is nothing to do), everything else as failed. */
export function createFindings({ output, events, held }: FindingsOptions & { held?: Holder | undefined }): Writable {
  return new Writable({
    objectMode: true,
    highWaterMark: 1,
    write({ batch, findings }: Compared, _encoding, done) {
      const lineOf = (index: number) => batch.id * BATCH_ENTRIES + index;
      const different: { finding: Finding; line: number }[] = [];
      for (const [index, { entry, error, kind }] of batch.rejects.entries()) {
        // An object that the source has no more is not a difference, whether the disks have a file or not.
        if (error.code === 'ERR_NOT_FOUND') continue;
        different.push({ finding: { entry, reason: 'unlisted', detail: error.message, kind }, line: lineOf(index) });
      }
      for (const [index, badLine] of batch.badLines.entries()) {
        const finding = { entry: { key: badLine.text }, reason: 'unusable', detail: badLine.reason, badLine } as const;
        different.push({ finding, line: lineOf(index) });
      }
      for (const [index, entry] of batch.entries.entries()) {
        const finding = findings[index];
        if (finding !== undefined) {
          different.push({ finding, line: lineOf(index) });
          continue;
        }
        const { size = 0 } = entry;
        void events.outcome(entry, batch, { status: 'skipped', bytes: size, volume: 0 }, 0, undefined);
        held?.alike(entry, lineOf(index));
      }
      if (held === undefined) {
        printFindings(
          different.map(({ finding }) => finding),
          { output, events },
        ).then(() => done(), done);
        return;
      }
      for (const { finding, line } of different) held.different(finding, line, enter(finding, events));
      done();
    },
  });
}

/** Counts and prints. Resolves when the output takes more. */
export async function printFindings(findings: readonly Finding[], { output, events }: FindingsOptions): Promise<void> {
  let text = '';
  for (const finding of findings) text += `${enter(finding, events)}\n`;
  if (events.listens('finding'))
    for (const finding of findings) await events.emit({ type: 'finding', ...findingFields(finding) });
  if (text !== '') await written(output, text);
}

/** Counts a finding and returns its line. */
function enter(finding: Finding, events: EventBus): string {
  const { entry, reason, kind } = finding;
  const error = new TransferError('ERR_DIFFERENT', reason);
  void events.outcome(entry, undefined, { status: 'failed', error, reason }, 0, kind);
  return findingLine(entryToLine(entry), finding);
}
