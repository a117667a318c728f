// Answers GET and HEAD of one object, on the REST API and on the CDN.

import type { OutgoingHttpHeaders } from 'node:http';
import { changedBody, corruptedBody, longerBody } from '../buckets/bodies.js';
import type { BucketObject, ObjectBody } from '../buckets/bucket.js';
import { md5Hex } from '../buckets/digest.js';
import type { Exchange } from '../wire/exchange.js';
import { httpDate, send, sendProblem, sendText } from '../wire/send.js';
import { END_OF_LIST } from './cursor.js';
import { PROBLEMS } from './problem.js';
import { parseRange } from './range.js';
import { splitVariant, variantOf } from './variant.js';

const CHANGED_LATER_SECONDS = 60;

export async function replyObject(exchange: Exchange): Promise<void> {
  const { context, faults, req } = exchange;
  if (faults.folderListing) return sendFolderListing(exchange);
  const found = findObject(exchange);
  if (!found) return replyNoObject(exchange);

  const object = alterObject(exchange, found);
  const etag = await etagOf(exchange, object);
  const headers = objectHeaders(exchange, object, etag);
  if (matchesEtag(req.headers['if-none-match'], etag)) return send(exchange, { status: 304, headers });
  if (req.headers['if-match'] !== undefined && !matchesEtag(req.headers['if-match'], etag)) {
    return sendProblem(exchange, PROBLEMS.precondition);
  }

  const { body } = object;
  const range = askedRange(exchange, etag);
  if (req.method === 'HEAD') {
    const isLengthHidden = exchange.view === 'rest' && !context.object.headContentLength;
    return send(exchange, { status: 200, headers, length: body.size, isLengthHidden });
  }
  if (range === undefined) return sendPiece(exchange, { status: 200, headers, body, start: 0, end: body.size });
  const bounds = parseRange(range, body.size);
  if (!bounds) return sendProblem(exchange, exchange.view === 'rest' ? PROBLEMS.badRange : PROBLEMS.badCdnRange);
  headers['content-range'] = `bytes ${bounds.start}-${bounds.end - 1}/${body.size}`;
  sendPiece(exchange, { status: 206, headers, body, ...bounds });
}

interface Piece {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: ObjectBody;
  readonly start: number;
  readonly end: number;
}

function sendPiece(exchange: Exchange, { status, headers, body, start, end }: Piece): void {
  const isLengthHidden = exchange.context.object.chunked;
  send(exchange, { status, headers, content: body.read(start, end), length: end - start, isLengthHidden });
}

// On the API an object of the exact name comes first; the CDN splits every key that contains the separator.
function findObject({ target, view, context }: Exchange): BucketObject | undefined {
  if (view === 'rest' && target.object) return target.object;
  const split = splitVariant(target.key, context.object.separator);
  if (!split) return target.object;
  const original = target.bucket?.find(split[0]);
  return original && variantOf(original, split[1]);
}

function replyNoObject(exchange: Exchange): void {
  const { target, view, req } = exchange;
  if (view === 'cdn' || !target.bucket?.hasFolder(target.directory)) {
    sendProblem(exchange, PROBLEMS.missing);
  } else if (req.method === 'GET') {
    sendProblem(exchange, PROBLEMS.notFile);
  } else {
    const date = String(Math.floor(exchange.context.nowMs() / 1000));
    const headers = { 'x-upyun-file-type': 'folder', 'x-upyun-file-size': '0', 'x-upyun-file-date': date };
    send(exchange, { status: 200, headers });
  }
}

function alterObject({ faults }: Exchange, object: BucketObject): BucketObject {
  let { body, mtimeSeconds } = object;
  if (faults.changed) {
    body = changedBody(body);
    mtimeSeconds += CHANGED_LATER_SECONDS;
  }
  if (faults.tooLongByBytes) body = longerBody(body, faults.tooLongByBytes);
  if (faults.wrongBytes) body = corruptedBody(body);
  return body === object.body ? object : { ...object, body, mtimeSeconds };
}

async function etagOf({ context, faults }: Exchange, object: BucketObject): Promise<string | undefined> {
  if (faults.wrongEtag) return md5Hex('not the digest of this object');
  if (object.etag !== undefined) return object.etag;
  return context.object.digest === 'none' ? undefined : object.body.md5();
}

function objectHeaders(exchange: Exchange, object: BucketObject, etag: string | undefined): OutgoingHttpHeaders {
  const { digest } = exchange.context.object;
  const isHead = exchange.req.method === 'HEAD';
  const headers: OutgoingHttpHeaders = {
    'content-type': object.contentType,
    'last-modified': httpDate(object.mtimeSeconds * 1000),
    ...(exchange.view === 'rest' ? restHeaders(object, isHead) : cdnHeaders(object)),
  };
  if (digest !== 'content-md5' && digest !== 'none') headers.etag = `"${etag}"`;
  if (
    digest === 'content-md5' ||
    digest === 'both' ||
    (digest === 'documented' && isHead && exchange.view === 'rest')
  ) {
    headers['content-md5'] = etag;
  }
  return headers;
}

// x-upyun-file-type means two things: file or folder on HEAD, the picture's format on GET.
function restHeaders({ body, contentType, mtimeSeconds }: BucketObject, isHead: boolean): OutgoingHttpHeaders {
  if (isHead) {
    const date = String(mtimeSeconds);
    return { 'x-upyun-file-type': 'file', 'x-upyun-file-size': String(body.size), 'x-upyun-file-date': date };
  }
  const [kind, format] = contentType.split('/');
  return kind === 'image' ? { 'x-upyun-file-type': format!.toUpperCase() } : {};
}

function cdnHeaders({ body, contentType }: BucketObject): OutgoingHttpHeaders {
  return {
    server: 'marco/3.0',
    'accept-ranges': 'bytes',
    'x-upyun-content-length': String(body.size),
    'x-upyun-content-type': contentType,
    'x-source': 'U/200',
  };
}

function askedRange({ context, faults, req }: Exchange, etag: string | undefined): string | undefined {
  if (context.object.ignoreRange || faults.ignoreRange) return undefined;
  const condition = req.headers['if-range'];
  if (condition !== undefined && !matchesEtag(String(condition), etag)) return undefined;
  return req.headers.range;
}

function matchesEtag(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false;
  return header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\/|"/g, '') === etag);
}

function sendFolderListing(exchange: Exchange): void {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-upyun-list-iter': END_OF_LIST };
  sendText(exchange, 200, headers, 'thumbs\tF\t0\t1478701618');
}
