// Puts an answer on the wire: common headers, compression, and the faults that strike while a body is being sent.

import type { OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Problem } from '../upyun/problem.js';
import type { Exchange } from './exchange.js';
import { type BodyEnd, pump } from './pump.js';

export interface Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly content?: Buffer | Iterable<Buffer>;
  /** Length of the content; with HEAD, of the content there would be. */
  readonly length?: number;
  /** Sends no Content-Length. */
  readonly isLengthHidden?: boolean;
}

const NOTHING = Buffer.alloc(0);
const MAX_GZIP_BYTES = 32 << 20;

export function send(exchange: Exchange, reply: Reply): void {
  const { req, res, faults, context, entry } = exchange;
  if (res.destroyed) return;
  const { content, length, isGzip } = compress(exchange, reply);
  res.sendDate = false;
  const headers: OutgoingHttpHeaders = {
    ...reply.headers,
    date: dateHeader(exchange.nowMs),
    'x-request-id': exchange.requestId,
  };
  if (isGzip) headers['content-encoding'] = 'gzip';
  if (!isGzip && !reply.isLengthHidden && reply.status !== 304) headers['content-length'] = length;
  context.log.answered(entry, reply.status);
  res.writeHead(reply.status, headers);
  if (req.method === 'HEAD' || reply.status === 304) {
    res.end();
    return;
  }

  const end = bodyEnd(exchange, length);
  if (Buffer.isBuffer(content) && !end && !faults.trickleBytesPerSecond) {
    context.log.sent(entry, content.length);
    res.end(content);
    return;
  }
  const sent = (bytes: number) => context.log.sent(entry, bytes);
  const options = { end, bytesPerSecond: faults.trickleBytesPerSecond, sent };
  pump(res, content, options).catch((error: Error) => res.destroy(error));
}

export interface ProblemStyle {
  readonly retryAfterSeconds?: number;
  readonly body?: 'json' | 'html' | 'empty';
}

/** An error as the view words it: a number for the code on the API, a string on the CDN, no body for HEAD. */
export function sendProblem(exchange: Exchange, { status, code, msg }: Problem, style: ProblemStyle = {}): void {
  // Only a fault makes an error of status 200, and that one must not give itself away.
  const headers: OutgoingHttpHeaders = status === 200 ? {} : { 'x-error-code': String(code) };
  if (style.retryAfterSeconds !== undefined) headers['retry-after'] = String(style.retryAfterSeconds);
  if (style.body === 'empty') {
    send(exchange, { status, headers });
  } else if (style.body === 'html') {
    sendHtml(exchange, status, headers);
  } else {
    const id = exchange.requestId;
    const body = exchange.view === 'rest' ? { msg, code, id } : { code: String(code), msg };
    sendText(exchange, status, { ...headers, 'content-type': 'application/json' }, JSON.stringify(body));
  }
}

/** The kind of page a proxy puts in place of an answer. */
export function sendHtml(exchange: Exchange, status: number, headers: OutgoingHttpHeaders = {}): void {
  const page = `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>\n`;
  sendText(exchange, status, { ...headers, 'content-type': 'text/html' }, page);
}

export function sendText(exchange: Exchange, status: number, headers: OutgoingHttpHeaders, text: string): void {
  const content = Buffer.from(text);
  // An error has no body after HEAD, so it has no length either.
  send(exchange, { status, headers, content, length: content.length, isLengthHidden: exchange.req.method === 'HEAD' });
}

/** RFC 1123, as in all HTTP headers. */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

let dateSecond = Number.NaN;
let dateText = '';

// Thousands of replies share a second.
function dateHeader(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== dateSecond) dateText = httpDate(ms);
  dateSecond = second;
  return dateText;
}

interface Encoded {
  readonly content: Buffer | Iterable<Buffer>;
  readonly length: number;
  readonly isGzip: boolean;
}

function compress({ req, faults, context }: Exchange, reply: Reply): Encoded {
  const { content = NOTHING, length = 0, status } = reply;
  const isOffered = context.object.gzip && /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
  if (!(isOffered || faults.gzipUnasked) || status !== 200 || length > MAX_GZIP_BYTES) {
    return { content, length, isGzip: false };
  }
  const zipped = gzipSync(Buffer.isBuffer(content) ? content : Buffer.concat([...content]));
  return { content: zipped, length: zipped.length, isGzip: true };
}

function bodyEnd({ faults }: Exchange, length: number): BodyEnd | undefined {
  // A fault that is set for more bytes than there are strikes one byte before the end, for it must be a fault.
  const within = (bytes: number) => Math.max(0, Math.min(bytes, length - 1));
  if (faults.resetAfterBytes !== undefined) return { afterBytes: within(faults.resetAfterBytes), how: 'reset' };
  if (faults.stallAfterBytes !== undefined) return { afterBytes: within(faults.stallAfterBytes), how: 'stall' };
  if (faults.truncateAfterBytes !== undefined) return { afterBytes: within(faults.truncateAfterBytes), how: 'close' };
  return undefined;
}
