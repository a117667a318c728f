// The undocumented `GET /bucket/?files`: every object of the bucket in one sequence of pages, with type and digest.

import { decodeCursor, END_OF_LIST, encodeCursor, type Place } from '../upyun/cursor.js';
import { readQuery } from '../upyun/list-reply.js';
import { PROBLEMS } from '../upyun/problem.js';
import type { Exchange } from '../wire/exchange.js';
import { send, sendProblem } from '../wire/send.js';
import type { Bucket, Position } from './bucket.js';
import { contentTypeOf } from './bucket.js';

const STEP = 1000;

/** An object met on the walk through all directories. */
interface Found {
  readonly directory: string;
  readonly name: string;
  readonly size: number;
  readonly mtimeSeconds: number;
}

export async function replyFlatListing(exchange: Exchange): Promise<void> {
  const { target, context } = exchange;
  const { bucket, bucketName, key } = target;
  if (!bucket || key !== '' || !context.list.flatList) return sendProblem(exchange, PROBLEMS.flatListClosed);
  const cursor = exchange.req.headers['x-list-iter'];
  const start = cursor ? decodeCursor(String(cursor)) : undefined;
  if (cursor && start?.bucketName !== bucketName) return sendProblem(exchange, PROBLEMS.listArguments);
  const query = readQuery(withoutCursor(exchange));
  if ('code' in query) return sendProblem(exchange, query);

  const { rows, next } = await takePage(exchange, walk(bucket, '', trail(start)), query.limit);
  const content = Buffer.from(rows.join('\n'));
  const iter = next
    ? encodeCursor({ bucketName, directory: next.directory, position: { name: next.name, isFolder: false } })
    : END_OF_LIST;
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-upyun-list-iter': iter };
  send(exchange, { status: 200, headers, content, length: content.length });
}

async function takePage({ target, req }: Exchange, objects: Iterable<Found>, limit: number) {
  const startSeconds = Number(req.headers['x-list-start'] ?? 0);
  const endSeconds = Number(req.headers['x-list-end'] ?? Number.POSITIVE_INFINITY);
  const rows: string[] = [];
  for (const found of objects) {
    if (found.mtimeSeconds < startSeconds || found.mtimeSeconds > endSeconds) continue;
    if (rows.length === limit) return { rows, next: found };
    const key = found.directory + found.name;
    const md5 = await target.bucket?.find(key)?.body.md5();
    rows.push([key, contentTypeOf(key), found.size, found.mtimeSeconds, md5].join('\t'));
  }
  return { rows };
}

/** All objects below a directory, from the item that a trail of positions leads to. */
function* walk(bucket: Bucket, directory: string, [from, ...deeper]: readonly Position[]): Generator<Found> {
  let position: Position | undefined = from;
  do {
    const page = bucket.page(directory, { from: position, limit: STEP, descending: false, order: 'files-first' });
    for (const { name, isFolder, size, mtimeSeconds } of page?.items ?? []) {
      if (!isFolder) yield { directory, name, size, mtimeSeconds };
      else yield* walk(bucket, `${directory}${name}/`, from?.isFolder && from.name === name ? deeper : []);
    }
    position = page?.next;
  } while (position);
}

/** One position for each level of the way from the root to a place. */
function trail(place: Place | undefined): Position[] {
  if (!place) return [];
  const folders = place.directory.split('/').slice(0, -1);
  return [...folders.map((name) => ({ name, isFolder: true })), place.position];
}

// The cursor of a flat listing lies in another directory than the one asked for, which is right here.
function withoutCursor(exchange: Exchange): Exchange {
  const req = { headers: { ...exchange.req.headers, 'x-list-iter': undefined } };
  return { ...exchange, req: req as unknown as Exchange['req'] };
}
