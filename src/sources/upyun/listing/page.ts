/** The answer to a listing request → a page: its rows, the next cursor, and doubts about both. */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';
import type { ListedPage } from '../../source.js';
import { parseJsonRows } from './json-rows.js';
import type { Rows } from './rows.js';
import { parseTextRows } from './text-rows.js';

/** Marks the end of a folder; comes together with its last rows (base64 of Erlang's `{next, eof}`). */
const END_MARKER = 'g2gCZAAEbmV4dGQAA2VvZg';
/** A server may send more rows than requested, but a page must fit into memory several times. */
const PAGE_LIMIT_ROWS = 100_000;
/** A cursor is sent back in a header, so it must be a valid header value. */
const CURSOR = /^[\x20-\x7e]{1,8192}$/;

/** A page as it is parsed: also where its folders stand among its files. */
export interface UpyunPage extends ListedPage {
  /** For each folder: how many files come before it. */
  readonly folderPlaces: readonly number[];
}

export interface ListAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

interface Body {
  readonly rows: Rows;
  readonly iter?: string | undefined;
}

export function parsePage(
  { headers, bytes }: ListAnswer,
  { path, directory }: { path: string; directory: string },
): UpyunPage {
  const { rows, iter } = parseBody(bytes, { directory, type: headers['content-type'] });
  const cursors = new Set(
    [headers['x-upyun-list-iter'], iter].filter((cursor) => cursor !== undefined && cursor !== ''),
  );
  const [cursor] = cursors;
  const { entries, directories, folderPlaces, rejects, doubt } = rows;
  const endProblem = problemOfCursor(cursors);
  const page = {
    entries,
    directories,
    folderPlaces,
    rejects,
    nextCursor: endProblem || cursor === END_MARKER ? undefined : (cursor as string),
  };
  if (endProblem === undefined && doubt === undefined) return page;
  const problems = [endProblem, doubt].filter(Boolean).join('; ');
  const error = new TransferError('ERR_LISTING', say.sources.upyun.listing.problem(path, problems));
  return { ...page, doubt: { error, isEndKnown: endProblem === undefined } };
}

function problemOfCursor(cursors: ReadonlySet<unknown>): string | undefined {
  const [cursor] = cursors;
  const { listing } = say.sources.upyun;
  if (cursor === undefined) return listing.noEnd;
  if (cursors.size > 1) return listing.twoEnds;
  return typeof cursor === 'string' && CURSOR.test(cursor) ? undefined : listing.badCursor;
}

/** Detects text or JSON by the content: a server may know only one of them, and may not name it. */
function parseBody(bytes: Uint8Array, { directory, type = '' }: { directory: string; type: string | undefined }): Body {
  if (firstOf(bytes) === OPEN_BRACE) {
    const json = parseJsonRows(bytes, directory, PAGE_LIMIT_ROWS);
    if (json.rows.doubt === undefined) return json;
    // In text the name of the first file may begin with a brace.
    const text = parseTextRows(bytes, directory, PAGE_LIMIT_ROWS);
    return text.doubt !== undefined && json.isListing ? json : { rows: text };
  }
  const rows = parseTextRows(bytes, directory, PAGE_LIMIT_ROWS);
  if (bytes.length === 0 && /json/i.test(type)) rows.doubtful(say.sources.upyun.listing.noJson);
  return { rows };
}

const OPEN_BRACE = 0x7b;

/** The first byte that is not white space or a byte order mark; undefined if there is none. */
function firstOf(bytes: Uint8Array): number | undefined {
  return bytes.subarray(0, 64).find((byte) => !BLANKS.has(byte));
}

const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
