// Decides whether a REST request may pass, and with which of Upyun's 401 codes it fails.

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { PROBLEMS, type Problem } from './problem.js';
import { hmacSignature, oldSignature, passwordKey, type SignedRequest, tokenSignature } from './signature.js';

const WINDOW_MS = 30 * 60 * 1000;
const RFC_1123 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const OLD_SIGNATURE = /^[0-9a-f]{32}$/;

export interface Credentials {
  readonly operator: string;
  readonly password: string;
  readonly key: string;
}

export function credentials(operator: string, password: string): Credentials {
  return { operator, password, key: passwordKey(password) };
}

/** `undefined` when the request is properly authorised. */
export function refusal(request: IncomingMessage, known: Credentials, nowMs: number): Problem | undefined {
  const header = request.headers.authorization;
  if (!header) return PROBLEMS.needAuthorization;
  const [, scheme, value] = /^(\S+)\s+(.*)$/.exec(header) ?? [];
  if (!scheme || !value) return PROBLEMS.unknownRealm;
  if (scheme.toLowerCase() === 'basic') return refusalOfBasic(value, known);
  if (scheme.toLowerCase() === 'upyun') return refusalOfSigned(request, value, known, nowMs);
  return PROBLEMS.unknownRealm;
}

function refusalOfBasic(value: string, known: Credentials): Problem | undefined {
  const text = Buffer.from(value, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0 || text.slice(0, colon) !== known.operator) return PROBLEMS.unknownOperator;
  return text.slice(colon + 1) === known.password ? undefined : PROBLEMS.password;
}

function refusalOfSigned(
  request: IncomingMessage,
  value: string,
  known: Credentials,
  nowMs: number,
): Problem | undefined {
  const colon = value.indexOf(':');
  if (colon < 0 || value.slice(0, colon) !== known.operator) return PROBLEMS.unknownOperator;
  const signature = value.slice(colon + 1);
  if (request.headers['x-upyun-expire']) return refusalOfToken(request, signature, known, nowMs);

  const date = request.headers.date ?? header(request.headers, 'x-date');
  if (!date) return PROBLEMS.needDate;
  const dateMs = RFC_1123.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(dateMs)) return PROBLEMS.invalidDate;
  if (Math.abs(nowMs - dateMs) > WINDOW_MS) return PROBLEMS.dateOffset;
  return isSignedBy(known, request, date, signature) ? undefined : PROBLEMS.signature;
}

// Some SDKs sign the query and some do not, so both must be right.
function isSignedBy({ key }: Credentials, request: IncomingMessage, date: string, signature: string): boolean {
  const target = request.url ?? '';
  const path = target.split('?', 1)[0]!;
  const isOld = OLD_SIGNATURE.test(signature);
  const expected = (uri: string) => {
    const contentMd5 = header(request.headers, 'content-md5');
    const signed: SignedRequest = { method: request.method ?? '', uri, date, contentMd5 };
    return isOld ? oldSignature(key, signed, request.headers['content-length']) : hmacSignature(key, signed);
  };
  return expected(path) === signature || (path !== target && expected(target) === signature);
}

function refusalOfToken(
  request: IncomingMessage,
  signature: string,
  known: Credentials,
  nowMs: number,
): Problem | undefined {
  const prefix = header(request.headers, 'x-upyun-uri-prefix');
  const postfix = header(request.headers, 'x-upyun-uri-postfix');
  const expire = header(request.headers, 'x-upyun-expire') ?? '';
  if (prefix === undefined && postfix === undefined) return PROBLEMS.tokenIncomplete;
  if (!(Number(expire) * 1000 >= nowMs)) return PROBLEMS.tokenExpired;
  const path = (request.url ?? '').split('?', 1)[0]!;
  if (!path.startsWith(prefix ?? '') || !path.endsWith(postfix ?? '')) return PROBLEMS.tokenUri;
  const expected = tokenSignature(known.key, { method: request.method ?? '', prefix, postfix, expire });
  return signature === expected ? undefined : PROBLEMS.signature;
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
