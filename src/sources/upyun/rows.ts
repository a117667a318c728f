/** Upyun's text listing → entries. Rows are `name \t N|F \t size \t mtime`; names are raw UTF-8, never escaped. */
import { isUtf8 } from 'node:buffer';
import { TransferError } from '../../errors.js';
import type { ObjectEntry } from '../../model/entry.js';
import { folderKey, joinKey } from '../../model/key.js';
import type { Reject } from '../../model/part.js';

export interface Rows {
  readonly entries: ObjectEntry[];
  readonly directories: string[];
  readonly rejects: Reject[];
}

/**
 * Parses one page of `directory`. A row of another shape means that this is no listing (an error page, a cut body):
 * the page is refused as a whole, so that nothing is missed silently. A name that cannot be a segment of a key is
 * reported on its own.
 */
export function parseRows(bytes: Uint8Array, directory: string, limitRows = Number.POSITIVE_INFINITY): Rows {
  const rows: Rows = { entries: [], directories: [], rejects: [] };
  const isClean = isUtf8(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(isClean ? 'utf8' : 'latin1');
  let count = 0;
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    const row = text.slice(start, end);
    start = end + 1;
    if (row === '' || row === '\r') continue;
    if (++count > limitRows) throw new TransferError('ERR_LISTING', `a page of more than ${limitRows} rows`);
    parseRow(row, directory, rows, isClean);
  }
  return rows;
}

function parseRow(row: string, directory: string, rows: Rows, isClean: boolean): void {
  // From the right: the last three fields have no tab in them, whatever the name holds.
  const beforeMtime = row.lastIndexOf('\t');
  const beforeSize = row.lastIndexOf('\t', beforeMtime - 1);
  const beforeType = row.lastIndexOf('\t', beforeSize - 1);
  const type = row.slice(beforeType + 1, beforeSize);
  const size = parseCount(row.slice(beforeSize + 1, beforeMtime));
  const mtimeMs = parseCount(row.slice(beforeMtime + 1)) * 1000;
  // Size and mtime of a folder mean nothing, so they may be anything.
  const isObject = type === 'N' && size >= 0 && mtimeMs >= 0 && mtimeMs <= MAX_DATE_MS;
  if (beforeType < 0 || !(isObject || type === 'F')) {
    throw new TransferError('ERR_LISTING', `not a listing row: ${JSON.stringify(row.slice(0, 120))}`);
  }
  const name = row.slice(0, beforeType);
  const shown = isClean ? name : Buffer.from(name, 'latin1').toString();
  const key = type === 'F' ? folderKey(directory, shown) : joinKey(directory, shown);
  const problem = key === '' ? 'the name is empty' : nameProblem(name, isClean);
  if (name.length > MAX_NAME_LENGTH) {
    const start = key.slice(0, directory.length + SHOWN_NAME_LENGTH);
    const message = `${JSON.stringify(start)}…: a name of ${name.length} bytes and more is none`;
    rows.rejects.push({ entry: { key: start }, error: new TransferError('ERR_NAME_TOO_LONG', message), kind: 'name' });
    return;
  }
  if (problem !== undefined) {
    const what = type === 'F' ? 'folder' : 'object';
    const error = new TransferError('ERR_UNSAFE_KEY', `${what} ${JSON.stringify(key)}: ${problem}`);
    rows.rejects.push({ entry: isObject ? { key, size, mtimeMs } : { key }, error, kind: 'name' });
  } else if (type === 'F') {
    rows.directories.push(key);
  } else {
    rows.entries.push({ key, size, mtimeMs });
  }
}

/** No store of objects takes a longer name (Amazon S3: 1,024 bytes a key); it would travel through every message and journal line. */
const MAX_NAME_LENGTH = 4_096;
/** Enough to recognise it. */
const SHOWN_NAME_LENGTH = 60;

/** The largest mtime a JavaScript date can hold (ECMA-262, 21.4.1.1). */
const MAX_DATE_MS = 8.64e15;

/** Names that no request could name again. */
function nameProblem(name: string, isClean: boolean): string | undefined {
  if (name.includes('/')) return 'the name holds a slash';
  return isClean || isUtf8(Buffer.from(name, 'latin1')) ? undefined : 'the name is not valid UTF-8';
}

/** Decimal digits only; -1 for anything else (`Number` alone would take an empty field as 0). */
function parseCount(field: string): number {
  return /^\d{1,15}$/.test(field) ? Number(field) : -1;
}
