/** Decides where the body of an answer ends (RFC 9112, 6.3), and whether its connection can be used again (9.3). */
import type { IncomingHttpHeaders } from 'node:http';
import type { AnswerHead } from './head.js';
import { WireError } from './transport.js';

/** The length in bytes; or chunks; or until the connection closes. */
export type Framing = number | 'chunked' | 'until-close';

/**
 * Throws WIRE_NOT_HTTP when the head contradicts itself: a wrong guess would take the bytes of another answer for this
 * one.
 */
export function framingOf({ status, headers }: AnswerHead, method: 'GET' | 'HEAD'): Framing {
  const isChunked = checkCoding(headers);
  const length = headers['content-length'];
  if (isChunked && length !== undefined) throw notHttp('it has both Content-Length and Transfer-Encoding');
  if (length !== undefined && !isLength(length)) throw notHttp(`its Content-Length is ${JSON.stringify(length)}`);
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 0;
  if (isChunked) return 'chunked';
  return length === undefined ? 'until-close' : Number(length);
}

/**
 * Whether the body is chunked. Throws WIRE_NOT_HTTP for any other coding, also together with chunked: otherwise
 * the coded bytes would be stored as the object (RFC 9112, 6.1).
 */
export function checkCoding(headers: IncomingHttpHeaders): boolean {
  const coding: string | string[] | undefined = headers['transfer-encoding'];
  if (coding === undefined) return false;
  if (typeof coding === 'string' && coding.trim().toLowerCase() === 'chunked') return true;
  throw notHttp(`its Transfer-Encoding is ${JSON.stringify(coding)}, and only "chunked" is understood`);
}

function isLength(value: string | string[]): value is string {
  return typeof value === 'string' && /^\d{1,15}$/.test(value);
}

function notHttp(detail: string): WireError {
  return new WireError('WIRE_NOT_HTTP', detail);
}

/** Whether the connection can take another request after this answer, whose body has this framing. */
export function isReusable({ headers, isVersion10 }: AnswerHead, framing: Framing): boolean {
  if (framing === 'until-close') return false;
  const isCoded = headers['transfer-encoding'] !== undefined;
  // HTTP/1.0 has no such field, so the end of the body is not reliable (6.1).
  if (isVersion10 && isCoded) return false;
  // Some servers (Ceph's gateway) send the last chunk, "0", where no body may follow: after HEAD. It would be read as
  // the beginning of the next answer.
  if (isCoded && framing === 0) return false;
  const connection = String(headers.connection ?? '').toLowerCase();
  return isVersion10 ? connection === 'keep-alive' : !/(?:^|[,\s])close(?:$|[,\s])/.test(connection);
}

/** How long the server keeps a silent connection, in milliseconds (`Keep-Alive: timeout=5`). */
export function keepAliveMs(headers: IncomingHttpHeaders): number | undefined {
  const match = /(?:^|[,\s])timeout=(\d{1,6})(?:$|[,\s])/i.exec(String(headers['keep-alive'] ?? ''));
  return match === null ? undefined : Number(match[1]) * 1_000;
}

/** The number in Content-Length; undefined if there is none. */
export function contentLength(headers: IncomingHttpHeaders): number | undefined {
  const value = headers['content-length'];
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
