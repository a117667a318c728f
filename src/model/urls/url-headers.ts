/**
 * The `headers` of a line. Almost any of them may be a secret, so no list that Sluice writes has their values, except the
 * few that say who asks and from where.
 */
import { say } from '../../texts/say.js';
import type { Headers } from './url-target.js';

/** RFC 9110, 5.6.2 and 5.5. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;

/** Sluice sets these itself, or must not send them: a part of an object is not the object, and cookies are never kept. */
const OWN = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'proxy-authorization',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Returns a message where they are wrong; it names a header, and never shows a value. */
export function readHeaders(given: unknown): Headers | string {
  const { urls } = say;
  if (given == null) return {};
  if (typeof given !== 'object' || Array.isArray(given)) return urls.headersNoObject;
  const headers: Record<string, string> = {};
  for (const [written, value] of Object.entries(given)) {
    const name = written.toLowerCase();
    if (!NAME.test(written)) return urls.headerName;
    if (OWN.has(name)) return urls.headerOwn(name);
    if (typeof value !== 'string' || !VALUE.test(value)) return urls.headerValue(name);
    if (headers[name] !== undefined) return urls.headerTwice(name);
    headers[name] = value;
  }
  return headers;
}

/** Not secret by their meaning … */
const PLAIN = new Set(['accept', 'accept-language', 'origin', 'referer', 'user-agent']);
/** … unless their value has a login or a query. */
const PRIVATE = /[?@]/;

/** What a list may have of the headers: plain ones, and the names of the others. */
export function listedHeaders(headers: Headers): { plain: Headers; leftOut: string[] } {
  const isPlain = ([name, value]: [string, string]) => PLAIN.has(name) && !PRIVATE.test(value);
  const all = Object.entries(headers);
  return {
    plain: Object.fromEntries(all.filter(isPlain)),
    leftOut: all.filter((one) => !isPlain(one)).map(([name]) => name),
  };
}

/** The names alone. */
export function headersLeftOut(given: unknown): string[] {
  if (typeof given !== 'object' || given === null) return [];
  return Object.keys(given).filter((name) => NAME.test(name));
}
