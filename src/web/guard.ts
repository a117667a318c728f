/**
 * Who may ask. On an address of this machine: programs of it, but no page of another site, also not one whose name leads to
 * this machine (DNS rebinding). With a token: every client that has it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../lib/network/listen-address.js';
import { say } from '../texts/say.js';
import type { Refusal } from './answers.js';

export interface Asked {
  /** The answer has nothing of the job in it. */
  readonly isPublic: boolean;
  /** Changes the run. */
  readonly isControl: boolean;
}

/** A page sends it, and the form of another site cannot. */
const CONTROL_HEADER = 'x-sluice-control';

/** Undefined: the request may go on. `token`: what it has to bring, if anything. */
export function refusalOf(
  request: IncomingMessage,
  { isPublic, isControl }: Asked,
  token: string | undefined,
): Refusal | undefined {
  const { host = '', origin } = request.headers;
  const { web } = say;
  if (token === undefined && !isLoopbackName(host)) return { status: 421, text: web.wrongHost };
  if (isForeign(request)) return { status: 403, text: web.foreignOrigin };
  const isKnown = token !== undefined && brings(request, token);
  if (token !== undefined && !isPublic && !isKnown)
    return { status: 401, text: web.noToken, headers: { 'www-authenticate': 'Bearer realm="sluice"' } };
  if (!isControl) return undefined;
  // A browser sends its Origin with each POST. A program has none, and proves by its token who it is.
  if (origin === undefined && !isKnown) return { status: 403, text: web.noOrigin };
  if (request.headers[CONTROL_HEADER] !== '1') return { status: 403, text: web.noControlHeader };
  const isJson = /^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '');
  return isJson ? undefined : { status: 403, text: web.noJsonType };
}

/** Of `Host`, with any port: behind `ssh -L` it is the port of the other machine. */
function isLoopbackName(host: string): boolean {
  const [, name] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/i.exec(host) ?? [];
  return name !== undefined && isLoopbackHost(name.replace(/^\[|\]$/g, '').toLowerCase());
}

/** Whether a page of another site asks. Browsers say so themselves; where they do not, `Origin` does. */
function isForeign({ headers }: IncomingMessage): boolean {
  const { host, origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return true;
  const site = headers['sec-fetch-site'];
  // `none`: the user has typed the address, or followed a bookmark.
  return (site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate';
}

function brings({ headers }: IncomingMessage, token: string): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  // Digests have the same length, and comparing them takes the same time whatever is in them.
  return given !== undefined && timingSafeEqual(digestOf(given), digestOf(token));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
