/**
 * HTTP/1.1 heads (RFC 9112): writes requests, parses answers. The parser is strict. If two programs understand a head
 * differently, a file gets the wrong bytes. So it rejects invalid heads and guesses nothing.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { WireError, type WireRequest } from './transport.js';

/** The limit of Node's own parser. */
export const MAX_HEAD_BYTES = 16 * 1024;

/** RFC 9110, 5.6.2. */
const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
/** Field values: visible characters, spaces, tabs and non-ASCII bytes (obs-text); no folded lines, no bare CR or LF. */
const FIELD = `\\r\\n${TOKEN}:[\\t\\x20-\\x7e\\x80-\\xff]*`;
const HEAD = new RegExp(`^HTTP/1\\.([01]) ([1-9][0-9]{2})(?: [\\t\\x20-\\x7e\\x80-\\xff]*)?(?:${FIELD})*$`);
const TARGET = /^[\x21-\x7e]+$/;
const FIELD_NAME = new RegExp(`^${TOKEN}$`);
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Encodes a request as it is sent. `host` is the value of the Host field. Throws WIRE_REQUEST. */
export function encodeRequest({ method, path, headers }: WireRequest, host: string): string {
  if (!TARGET.test(path)) throw new WireError('WIRE_REQUEST', 'its path has characters that no request can have');
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (const name in headers) {
    const value = headers[name]!;
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) {
      throw new WireError('WIRE_REQUEST', `its header ${JSON.stringify(name)} cannot be sent`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}

export interface AnswerHead {
  readonly status: number;
  /** By lower-case name; an array if a name comes several times. */
  readonly headers: IncomingHttpHeaders;
  /** HTTP/1.0 closes the connection after each answer. */
  readonly isVersion10: boolean;
}

/** No prototype: the server chooses the names, and `__proto__` and `constructor` are possible. */
const NO_HEADERS: IncomingHttpHeaders = Object.freeze(Object.create(null));

/** Parses a head, without the empty line at its end. Throws WIRE_NOT_HTTP. */
export function parseHead(text: string): AnswerHead {
  const match = HEAD.exec(text);
  if (match === null) throw new WireError('WIRE_NOT_HTTP', `it begins with ${JSON.stringify(text.slice(0, 60))}`);
  const headers: Record<string, string | string[]> = Object.create(NO_HEADERS);
  const names = text.toLowerCase();
  for (let start = text.indexOf('\r\n'); start !== -1; ) {
    start += 2;
    const next = text.indexOf('\r\n', start);
    const end = next === -1 ? text.length : next;
    const colon = text.indexOf(':', start);
    add(headers, names.slice(start, colon), text.slice(colon + 1, end).trim());
    start = next;
  }
  return { status: Number(match[2]), headers: headers as IncomingHttpHeaders, isVersion10: match[1] === '0' };
}

function add(headers: Record<string, string | string[]>, name: string, value: string): void {
  const known = headers[name];
  if (known === undefined) headers[name] = value;
  else if (typeof known === 'string') headers[name] = [known, value];
  else known.push(value);
}
