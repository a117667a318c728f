/**
 * What was listed and is not there any more: no failure, but told. Its lines take the way of the failures, so that a kill loses
 * and repeats none of them; only where the user finds them they have a list of their own.
 */
import type { TransferError } from '../../errors.js';
import { entryToLine, type ObjectEntry } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';
import type { RejectKind } from '../../model/part.js';
import type { FailuresFile } from './failures.js';

/** By its end a line is told from that of a failure. */
const END = ',"reason":"gone"}';

/** An input line for `fetch`, plus who said so, and when. */
export function goneLine(entry: ObjectEntry, { code, message }: TransferError, type?: RejectKind): string {
  const fields = safeJson({ type, error: message, code, time: new Date().toISOString() });
  return `${entryToLine({ ...entry, isWrong: undefined, absence: undefined }).slice(0, -1)},${fields.slice(1, -1)}${END}`;
}

/** For whoever looks for failures where both stand. */
export function isGoneLine(line: string): boolean {
  return line.endsWith(END);
}

/** Failures and what is gone, taken as one and written to a list each. */
export function withGone(failures: FailuresFile, gone: FailuresFile): FailuresFile {
  return {
    path: failures.path,
    record: (line) => (isGoneLine(line) ? gone : failures).record(line),
    async close(end) {
      try {
        await failures.close(end);
      } finally {
        await gone.close(end);
      }
    },
  };
}
