// Answers a listing: one page of one directory, as text or as JSON.

import type { IncomingHttpHeaders } from 'node:http';
import { contentTypeOf, type DirectoryItem, type DirectoryPage, type PageQuery } from '../buckets/bucket.js';
import { hash32 } from '../buckets/procedural-body.js';
import type { Exchange } from '../wire/exchange.js';
import { breakBytes, breakPage, breakRows, type ListFault } from '../wire/list-faults.js';
import { send, sendProblem } from '../wire/send.js';
import type { ListBehaviour } from './behaviour.js';
import { decodeCursor, END_OF_LIST, encodeCursor } from './cursor.js';
import { PROBLEMS, type Problem, problemOf } from './problem.js';

export function replyListing(exchange: Exchange): void {
  const { target, context, req, faults } = exchange;
  const { bucket, bucketName, directory } = target;
  const { refusesJson } = context.list;
  if (refusesJson !== undefined && wantsJson(req.headers)) {
    sendProblem(exchange, refusesJson === 400 ? PROBLEMS.listType : problemOf(refusesJson));
    return;
  }
  const query = readQuery(exchange);
  if ('code' in query) {
    sendProblem(exchange, query);
    return;
  }
  const page = bucket?.page(directory, shortened(query, context.list));
  if (!page) {
    sendProblem(exchange, target.object ? PROBLEMS.notFolder : PROBLEMS.missing);
    return;
  }

  const fault = faults.listing ?? context.list.broken;
  const { items, next } = breakPage(fault, page, query.from);
  const cursor = next ? encodeCursor({ bucketName, directory, position: next }) : END_OF_LIST;
  sendPage(exchange, {
    items,
    cursor: fault === 'no-cursor' ? undefined : cursor,
    fault,
    isJson: context.list.knowsJson && wantsJson(req.headers),
  });
}

/** The limit, order and cursor of a list request, or what is wrong with them. */
export function readQuery({ req, target, context }: Exchange): PageQuery | Problem {
  const { list } = context;
  const direction = req.headers['x-list-order'] ?? 'asc';
  if (direction !== 'asc' && direction !== 'desc') return PROBLEMS.listOrder;
  if (direction === 'desc' && list.descending === 'refused') return PROBLEMS.listOrder;

  const asked = req.headers['x-list-limit'] === undefined ? list.defaultLimit : Number(req.headers['x-list-limit']);
  if (!Number.isInteger(asked) || asked < 1) return PROBLEMS.listArguments;
  if (asked > list.maxLimit && list.overLimit === 'refuse') return PROBLEMS.listArguments;

  const query = { limit: Math.min(asked, list.maxLimit), ...sorting(direction, list) };
  const cursor = req.headers['x-list-iter'];
  if (!cursor) return query;
  const place = decodeCursor(String(cursor));
  const isOurs = place?.bucketName === target.bucketName && place.directory === target.directory;
  return isOurs ? { ...query, from: place.position } : PROBLEMS.listArguments;
}

function sorting(direction: 'asc' | 'desc', { order, descending }: ListBehaviour) {
  if (direction === 'asc' || descending === 'ignored') return { descending: false, order };
  if (descending === 'kinds-kept') return { descending: true, order: 'folders-first' as const };
  return { descending: true, order: descending === 'by-last-letter' ? descending : order };
}

// Only this exact value: the official SDK sends `application/json, text/plain, */*` and expects text.
function wantsJson(headers: IncomingHttpHeaders): boolean {
  return headers.accept === 'application/json';
}

// The same question gets the same answer: the length of a page depends only on where it begins.
function shortened(query: PageQuery, { shortPages }: ListBehaviour): PageQuery {
  if (!shortPages) return query;
  let mixed = query.limit;
  for (const character of query.from?.name ?? '') mixed = hash32(mixed, character.codePointAt(0)!);
  return { ...query, limit: 1 + (hash32(mixed, 0) % query.limit) };
}

interface WirePage {
  readonly items: DirectoryPage['items'];
  readonly cursor: string | undefined;
  readonly fault: ListFault | undefined;
  readonly isJson: boolean;
}

function sendPage(exchange: Exchange, page: WirePage): void {
  const { list } = exchange.context;
  const content = page.isJson ? jsonBody(page) : textBody(page, list.trailingNewline);
  const type = page.isJson ? 'application/json' : 'text/plain; charset=utf-8';
  const hasHeader = page.cursor !== undefined && (!page.isJson || list.headerWithJson);
  const headers = { 'content-type': type, ...(hasHeader && { 'x-upyun-list-iter': page.cursor }) };
  send(exchange, { status: 200, headers, content, length: content.length });
}

function textBody({ items, fault }: WirePage, trailingNewline: boolean): Buffer {
  const rows = breakRows(fault, items.map(textRow));
  const text = rows.join('\n') + (trailingNewline && rows.length > 0 ? '\n' : '');
  return breakBytes(fault, Buffer.from(text), 0);
}

function textRow({ name, isFolder, size, mtimeSeconds }: DirectoryItem): string {
  return `${name}\t${isFolder ? 'F' : 'N'}\t${size}\t${mtimeSeconds}`;
}

function jsonBody({ items, cursor, fault }: WirePage): Buffer {
  const files = items.map(({ name, isFolder, size, mtimeSeconds, contentType }, index) => ({
    type: isFolder ? 'folder' : (contentType ?? contentTypeOf(name)),
    name: fault === 'wrong-fields' && index === 0 ? undefined : name,
    length: size,
    last_modified: mtimeSeconds,
  }));
  const body = Buffer.from(JSON.stringify({ files, iter: cursor }));
  return breakBytes(fault, body, body.indexOf('"name":"') + '"name":"'.length);
}
