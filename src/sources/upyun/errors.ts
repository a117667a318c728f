/**
 * Translates refusals of Upyun and its CDN into Sluice's errors, by status and code (docs: api/errno.md), not by text.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type ErrorCode, type ThrottleScope, TransferError } from '../../errors.js';
import type { Exchange } from '../../http/exchange.js';
import { parseHttpDate } from '../../model/time.js';

/** The server's data about a refusal. REST sends the code as a number, the CDN as a string, HEAD only in a header. */
interface Refusal {
  readonly code: number | undefined;
  readonly message: string;
}

/** 401: the Date is missing, too far off, or unreadable. Signing again with the server's time can help. */
const DATE_CODES = new Set([40100001, 40100002, 40100016]);
/** The bucket is missing, blocked or removed (401 on REST, 400 on the CDN). */
const BUCKET_CODES = new Set([40100012, 40100013, 40100014, 40010041]);
/** The CDN's rate rule for one address: 403, but temporary. */
const RATE_RULE_CODES = new Set([40310003]);
/**
 * 429: what exceeds a limit. Other codes (01 requests, 03 of this bucket, 06 checks of signatures) concern all
 * requests.
 */
const THROTTLE_SCOPES = new Map<number, ThrottleScope>([
  [42900002, 'uri'],
  [42900004, 'banned'],
  [42900005, 'bandwidth'],
]);

/** A code begins with its status. */
const CODES_OF_A_STATUS = 100_000;

const BY_STATUS: Record<number, ErrorCode> = {
  403: 'ERR_FORBIDDEN_OBJECT',
  404: 'ERR_NOT_FOUND',
  407: 'ERR_PROXY',
  408: 'ERR_SERVER',
  429: 'ERR_THROTTLED',
  499: 'ERR_SERVER',
};

export interface RefusalContext {
  /** The request, for example `GET /bucket/key`. */
  what: string;
  /** Whether the request was signed: only then a 401 is about the credentials. */
  isSigned: boolean;
}

/** The error for an answer other than 200. */
export function refusalError(exchange: Exchange, { what, isSigned }: RefusalContext): TransferError {
  const { status, headers } = exchange;
  const { code, message } = readRefusal(exchange);
  const sender = status === 407 ? 'the proxy answered with ' : '';
  const summary = [`${what}: ${sender}HTTP ${status}`, code, message].filter(Boolean).join(' ') + elsewhere(exchange);
  const throttleScope = code === undefined ? undefined : THROTTLE_SCOPES.get(code);
  const isUnvouched = status === 404 && (code === undefined || Math.floor(code / CODES_OF_A_STATUS) !== status);
  const fields = { status, throttleScope, retryAfterMs: retryAfterMs(headers), isUnvouched };
  if (code !== undefined && BUCKET_CODES.has(code)) {
    return new TransferError('ERR_BUCKET', `the bucket does not exist or is closed (${summary}); check SOURCE`, fields);
  }
  if (status === 401 && isSigned) return authError(summary, code, fields);
  if (status === 400 && code === undefined && wantsTls(exchange)) {
    return new TransferError(
      'ERR_TLS',
      `${summary}: the server speaks only TLS here; give https:// instead of http://`,
      fields,
    );
  }
  if (status === 401) return new TransferError('ERR_FORBIDDEN_OBJECT', summary, fields);
  if (code !== undefined && RATE_RULE_CODES.has(code)) return new TransferError('ERR_THROTTLED', summary, fields);
  if (status === 503 && fields.retryAfterMs !== undefined) return new TransferError('ERR_THROTTLED', summary, fields);
  return new TransferError(BY_STATUS[status] ?? codeOfClass(status), summary, fields);
}

function authError(summary: string, code: number | undefined, fields: { status: number }): TransferError {
  const advice =
    code !== undefined && DATE_CODES.has(code)
      ? "this machine's clock is too far from the server's: correct it"
      : 'check UPYUN_OPERATOR and UPYUN_PASSWORD, and that the operator may read this bucket';
  return new TransferError('ERR_AUTH', `the server does not accept the credentials (${summary}); ${advice}`, fields);
}

function codeOfClass(status: number): ErrorCode {
  if (status >= 500) return 'ERR_SERVER';
  if (status >= 400) return 'ERR_REJECTED';
  // 304 answers a condition that Sluice never sends.
  return status >= 300 && status !== 304 ? 'ERR_REDIRECT' : 'ERR_PROTOCOL';
}

/** There is no code for this: nginx, Apache and Go answer plain HTTP on a TLS port with their own page. */
function wantsTls({ bytes }: Exchange): boolean {
  return /\bHTTP request\b[^<]*\bHTTPS\b|speaking plain HTTP to an SSL/i.test(Buffer.from(bytes ?? []).toString());
}

function readRefusal({ headers, bytes }: Exchange): Refusal {
  const header = headers['x-error-code'];
  let code = typeof header === 'string' ? Number(header) : Number.NaN;
  let message = '';
  try {
    const body = JSON.parse(Buffer.from(bytes ?? []).toString());
    if (Number.isNaN(code)) code = Number(body?.code);
    // The server's text goes into logs and a file: one line, no control characters, a limited length.
    if (typeof body?.msg === 'string') message = presentable(body.msg);
  } catch {
    // Not JSON: a proxy's HTML page, or nothing. Only the status is known.
  }
  return { code: Number.isInteger(code) ? code : undefined, message };
}

/** The target of a redirect, for the user, without possible secrets. */
function elsewhere({ status, headers }: Exchange): string {
  const { location } = headers;
  if (status < 300 || status >= 400 || status === 304 || typeof location !== 'string' || location === '') return '';
  return `, sent on to ${presentable(bareLocation(location))}`;
}

/** Origin and path, or the path alone. */
function bareLocation(location: string): string {
  const bare = location.trim().replace(/[?#].*$/s, '');
  const url = URL.canParse(bare) ? new URL(bare) : undefined;
  if (url?.host) return `${url.protocol}//${url.host}${url.pathname}`;
  // `//name:password@host/path`, and any text that is not a URL.
  return bare.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/]*@/is, '$1');
}

/** Also removes a repeated Authorization: a signature is valid for half an hour. */
function presentable(text: string): string {
  // First the scheme name UPYUN in any spelling, then any text in the form of a signature.
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').replace(/UPYUN(?:%20|\W).*$/is, 'UPYUN …');
  return line.replace(/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{27}(?:=|%3D)?(?![A-Za-z0-9+/])/gi, '…').slice(0, 200);
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfterMs(headers: IncomingHttpHeaders): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : parseHttpDate(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
