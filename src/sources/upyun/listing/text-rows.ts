/** Upyun's text listing → rows: `name \t N|F \t size \t mtime`; names are raw UTF-8, never escaped. */
import { isUtf8 } from 'node:buffer';
import { say } from '../../../texts/say.js';
import { mtimeMsOf, type RowKind, Rows, shorten, sizeOf } from './rows.js';

/**
 * Reads one page of `directory`. A row of another shape shows that the page is damaged (an error page, a cut body, a
 * name with a line feed). The next row may be the end of that name, so it is not used.
 */
export function parseTextRows(bytes: Uint8Array, directory: string, limitRows?: number): Rows {
  const rows = new Rows(directory, limitRows);
  const isClean = isUtf8(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(isClean ? 'utf8' : 'latin1');
  const end = endOf(text);
  /** Receives the rows that are not used. */
  const nothing = new Rows(directory, limitRows);
  let isAfterDoubt = false;
  for (let start = 0; start < end; ) {
    const feed = text.indexOf('\n', start);
    const rowEnd = feed === -1 ? end : feed;
    const row = text.slice(
      start,
      text.charCodeAt(rowEnd - 1) === CARRIAGE_RETURN && rowEnd > start ? rowEnd - 1 : rowEnd,
    );
    start = rowEnd + 1;
    const isRow = enter(isAfterDoubt ? nothing : rows, row, isClean);
    if (!isRow) rows.doubtful(say.sources.upyun.listing.noRow(shorten(row)));
    isAfterDoubt = !isRow;
  }
  return rows;
}

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;

/** A page may end with one line feed or more. */
function endOf(text: string): number {
  let end = text.length;
  for (; end > 0; end--) {
    const code = text.charCodeAt(end - 1);
    if (code !== LINE_FEED && code !== CARRIAGE_RETURN) break;
  }
  return end;
}

/**
 * Adds a row, without an invalid size or time; returns false if the row has another shape. Reads from the right: the
 * last three fields have no tab, but the name may.
 */
function enter(rows: Rows, row: string, isClean: boolean): boolean {
  const beforeMtime = row.lastIndexOf('\t');
  const beforeSize = beforeMtime > 0 ? row.lastIndexOf('\t', beforeMtime - 1) : -1;
  const beforeType = beforeSize > 0 ? row.lastIndexOf('\t', beforeSize - 1) : -1;
  if (beforeType < 0) return false;
  const type = row.slice(beforeType + 1, beforeSize);
  const kind = kindOf(type);
  const size = sizeOf(row.slice(beforeSize + 1, beforeMtime));
  const mtimeMs = mtimeMsOf(row.slice(beforeMtime + 1));
  // For an unknown type only the other fields show that it is a row. (A number as the type means one field too many.)
  const isRow = kind !== undefined || (size !== undefined && mtimeMs !== undefined && sizeOf(type) === undefined);
  if (!isRow) return false;
  const sent = row.slice(0, beforeType);
  const isInvalid = !isClean && !isUtf8(Buffer.from(sent, 'latin1'));
  const name = isClean ? sent : Buffer.from(sent, 'latin1').toString();
  if (kind === undefined) rows.addOdd(name, type);
  else rows.add(kind, name, { size, mtimeMs, isInvalid });
  return true;
}

function kindOf(type: string): RowKind | undefined {
  if (type === 'N') return 'object';
  return type === 'F' ? 'folder' : undefined;
}
