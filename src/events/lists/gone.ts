/**
 * Objects that were listed and are gone. They are not failures, but the user gets a list. Their lines are stored with
 * the failures, so that a kill neither loses nor repeats a line. Only the user's list of them is separate.
 */
import type { TransferError } from '../../errors.js';
import type { RejectKind } from '../../model/batch.js';
import { entryToLine, type ObjectEntry } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';
import type { FailuresFile } from './failures.js';

/** The end of a line distinguishes it from a failure. */
const END = ',"reason":"gone"}';

/** An input line for `fetch`, plus the error that says so, and the time. */
export function goneLine(entry: ObjectEntry, { code, message }: TransferError, type?: RejectKind): string {
  const fields = safeJson({ type, error: message, code, time: new Date().toISOString() });
  return `${entryToLine({ ...entry, isWrong: undefined, absence: undefined }).slice(0, -1)},${fields.slice(1, -1)}${END}`;
}

/** Finds gone lines in a list that also has failures. */
export function isGoneLine(line: string): boolean {
  return line.endsWith(END);
}

/** Splits the lines into two lists: failures and gone objects. */
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
