/** One URL of a list: where its request goes, and what is sent. Its secrets are in no text and no JSON of it. */
import { say } from '../../texts/say.js';

/** Header fields, by lower-case name. */
export type Headers = Readonly<Record<string, string>>;

/** The way to a target that a redirect of another origin has named. */
export interface Trail {
  /** The URL of the line. */
  readonly first: UrlTarget;
  /** URLs that were asked before. */
  readonly asked: readonly string[];
  /** When the redirect came; wall clock. */
  readonly atMs: number;
  /** Its status. */
  readonly status: number;
}

export class UrlTarget {
  /** `https://host:port`; without the default port. */
  readonly origin: string;
  /** Path and query exactly as they are sent. */
  readonly path: string;
  /** Undefined for the URL of a line. */
  readonly trail: Trail | undefined;
  /** User name and password of the URL, and headers of its line. */
  readonly #secrets: Headers;

  constructor(origin: string, path: string, secrets: Headers = NONE, trail?: Trail) {
    this.origin = origin;
    this.path = path;
    this.trail = trail;
    this.#secrets = secrets;
  }

  /** Without user name, password and fragment. */
  get url(): string {
    return this.origin + this.path;
  }

  /** For messages: without the query, which may be a signature, and of a limited length. */
  get shown(): string {
    const [path = ''] = this.path.split('?', 1);
    return this.origin + (path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH)}…` : path);
  }

  /** What is sent to this origin only. */
  get headers(): Headers {
    return this.#secrets;
  }
}

const NONE: Headers = Object.freeze({});
const SHOWN_PATH = 1_024;

/** What RFC 3986 (appendix B) takes for the parts of an http URL. A backslash ends the host: browsers take it for a slash. */
const PARTS = /^(https?):\/\/([^/?#\\]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/is;

/**
 * Reads a URL. The path is sent as it is written, with `..`, `//` and any escapes: in many stores these are parts of a
 * key, and a list comes from a program that has its reasons. Only what no request can have is percent-encoded. Returns a
 * message where it is wrong, which repeats nothing of the text.
 */
export function parseUrl(text: string, headers: Headers = NONE): UrlTarget | string {
  const { urls } = say;
  const parts = PARTS.exec(text.trim());
  if (parts === null) return urls.noUrl;
  const [, scheme = '', authority = '', path = '', query = ''] = parts;
  if (!text.isWellFormed()) return urls.notUnicode;
  if (path !== '' && !path.startsWith('/')) return urls.backslash;
  const at = authority.lastIndexOf('@');
  const origin = originOf(scheme.toLowerCase(), authority.slice(at + 1));
  if (origin === undefined) return urls.noHost;
  if (at === -1) return new UrlTarget(origin, encode((path || '/') + query), headers);
  const login = loginOf(authority.slice(0, at));
  if (login === undefined) return urls.badLogin;
  if (headers.authorization !== undefined) return urls.twoLogins;
  return new UrlTarget(origin, encode((path || '/') + query), { ...headers, authorization: login });
}

/** The host in lower case and as Punycode, an IP address in its usual form. */
function originOf(scheme: string, host: string): string | undefined {
  if (host === '' || /[\s%@]/.test(host) || !URL.canParse(`${scheme}://${host}/`)) return undefined;
  const { origin, pathname, hostname, port } = new URL(`${scheme}://${host}/`);
  return pathname === '/' && hostname !== '' && port !== '0' ? origin : undefined;
}

function loginOf(text: string): string | undefined {
  const colon = text.indexOf(':');
  try {
    const user = decodeURIComponent(colon === -1 ? text : text.slice(0, colon));
    const password = colon === -1 ? '' : decodeURIComponent(text.slice(colon + 1));
    // The first colon separates them (RFC 7617, 2).
    return user.includes(':') ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  } catch {
    return undefined;
  }
}

/** Characters that no path and no query can have (RFC 3986, 3.3 and 3.4), as UTF-8. Escapes stay as they are. */
export function encode(text: string): string {
  return text.replace(/[^\x21-\x7e]+|["<>\\^`{|}]/g, (part) =>
    Array.from(Buffer.from(part), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
