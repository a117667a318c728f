/** The answer to a listing request → a page: its rows, where the folder goes on, and what of both is in doubt. */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import type { ListedPage } from '../source.js';
import { parseTextRows } from './text-rows.js';

/** Says that a folder has no more pages; comes together with its last rows (base64 of Erlang's `{next, eof}`). */
const END_MARKER = 'g2gCZAAEbmV4dGQAA2VvZg';
/** A server may give more rows than it was asked for, but a page has to fit into memory several times. */
const PAGE_LIMIT_ROWS = 100_000;
/** Any cursor goes back in a header: what cannot stand there is none. */
const CURSOR = /^[\x20-\x7e]{1,8192}$/;

export interface ListAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

export function parsePage(
  { headers, bytes }: ListAnswer,
  { path, directory }: { path: string; directory: string },
): ListedPage {
  const cursor = headers['x-upyun-list-iter'];
  const { entries, directories, rejects, doubt } = parseTextRows(bytes, directory, PAGE_LIMIT_ROWS);
  const endProblem = problemOfCursor(cursor);
  const page = {
    entries,
    directories,
    rejects,
    nextCursor: endProblem || cursor === END_MARKER ? undefined : (cursor as string),
  };
  const problem = endProblem ?? doubt;
  if (problem === undefined) return page;
  const error = new TransferError('ERR_LISTING', `${path}: ${[endProblem, doubt].filter(Boolean).join('; ')}`);
  return { ...page, doubt: { error, isEndKnown: endProblem === undefined } };
}

function problemOfCursor(cursor: unknown): string | undefined {
  if (cursor === undefined || cursor === '') {
    return 'the listing has no cursor and no end marker; is it a folder?';
  }
  return typeof cursor === 'string' && CURSOR.test(cursor) ? undefined : 'the cursor of the listing is none';
}
