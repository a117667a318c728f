/**
 * Translates refusals of Upyun and its CDN into Sluice's errors, by status and code (docs: api/errno.md), not by text.
 */

import { type ErrorCode, type ThrottleScope, TransferError } from '../../errors.js';
import { retryAfterMs } from '../../http/answer-headers.js';
import type { Exchange } from '../../http/exchange.js';
import { say } from '../../texts/say.js';

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
/** The CDN's anti-leech: no token, or one that is wrong or expired. */
const TOKEN_CODE = 40310013;
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
  /** It had a token of the CDN, and the CDN has taken one before (`proven`) or not. */
  token?: 'proven' | 'unproven' | undefined;
}

/** The error for an answer other than 200. */
export function refusalError(exchange: Exchange, { what, isSigned, token }: RefusalContext): TransferError {
  const { status, headers } = exchange;
  const { code, message } = readRefusal(exchange);
  const { about, answer, proxy, tls } = say.network;
  const texts = say.sources.upyun.refusal;
  const target = redirectedTo(exchange);
  const said =
    target === undefined
      ? answer.status(status, [code, message].filter(Boolean).join(' '))
      : answer.redirect(status, target);
  const summary = about(what, status === 407 ? proxy.login : said);
  const throttleScope = code === undefined ? undefined : THROTTLE_SCOPES.get(code);
  const isUnvouched = status === 404 && (code === undefined || Math.floor(code / CODES_OF_A_STATUS) !== status);
  const fields = { status, throttleScope, retryAfterMs: retryAfterMs(headers), isUnvouched };
  if (code !== undefined && BUCKET_CODES.has(code)) {
    return new TransferError('ERR_BUCKET', texts.noBucket(summary), fields);
  }
  if (status === 401 && isSigned) return authError(summary, code, fields);
  if (status === 400 && code === undefined && wantsTls(exchange)) {
    return new TransferError('ERR_TLS', about(what, tls.onlyTls), fields);
  }
  if (status === 401) return new TransferError('ERR_FORBIDDEN_OBJECT', texts.wantsCredentials(summary), fields);
  if (code !== undefined && RATE_RULE_CODES.has(code)) return new TransferError('ERR_THROTTLED', summary, fields);
  if (status === 503 && fields.retryAfterMs !== undefined) return new TransferError('ERR_THROTTLED', summary, fields);
  if (code === TOKEN_CODE) return tokenError(summary, token, fields);
  if (status === 403) return new TransferError('ERR_FORBIDDEN_OBJECT', texts.forbidden(summary), fields);
  return new TransferError(BY_STATUS[status] ?? codeOfClass(status), summary, fields);
}

function authError(summary: string, code: number | undefined, fields: { status: number }): TransferError {
  const { clock, credentials } = say.sources.upyun.refusal;
  const isClock = code !== undefined && DATE_CODES.has(code);
  return new TransferError('ERR_AUTH', (isClock ? clock : credentials)(summary), fields);
}

/** A wrong secret would fail every object. So before the first token that is taken it ends the run. */
function tokenError(summary: string, token: RefusalContext['token'], fields: { status: number }): TransferError {
  const texts = say.sources.upyun.token;
  if (token === undefined) return new TransferError('ERR_FORBIDDEN_OBJECT', texts.wanted(summary), fields);
  if (token === 'unproven') return new TransferError('ERR_AUTH', texts.refused(summary), fields);
  return new TransferError('ERR_FORBIDDEN_OBJECT', texts.refusedOne(summary), fields);
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
function redirectedTo({ status, headers }: Exchange): string | undefined {
  const { location } = headers;
  if (status < 300 || status >= 400 || status === 304 || typeof location !== 'string' || location === '')
    return undefined;
  return presentable(bareLocation(location)).slice(0, 120);
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
  // First the scheme name UPYUN in any spelling, then any text in the form of a signature, or a token of a link.
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').replace(/(_upt(?:=|%3D))\w+/gi, '$1…');
  const line = plain.replace(/UPYUN(?:%20|\W).*$/is, 'UPYUN …');
  return line.replace(/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{27}(?:=|%3D)?(?![A-Za-z0-9+/])/gi, '…').slice(0, 200);
}
