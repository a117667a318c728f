/** Where a redirect leads: RFC 3986 (5.2), without what a browser would change besides. */
import { encode, parseUrl, UrlTarget } from '../../model/urls/url-target.js';

export const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** RFC 3986, appendix B. */
const REFERENCE = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/is;

/**
 * The target of a Location. Headers of the line and the password of the URL stay with the origin that they were written
 * for; a password in the Location itself is not sent, either: the list does not have it. Undefined = it cannot be followed.
 */
export function redirected(from: UrlTarget, location: string): UrlTarget | undefined {
  // Node gives the bytes of a header as they are; a path has their escapes.
  const parts = REFERENCE.exec(escapeBytes(location.trim()));
  if (parts === null) return undefined;
  const [, scheme, authority, path = '', query] = parts;
  const base = from.origin;
  if (scheme !== undefined || authority !== undefined) {
    const bare = authority?.replace(/^.*@/s, '');
    const protocol = scheme ?? base.slice(0, base.indexOf(':'));
    const url = parseUrl(`${protocol}://${bare ?? ''}${withoutDots(path)}${query ?? ''}`);
    return typeof url === 'string' ? undefined : withHeaders(url, from);
  }
  const mark = from.path.indexOf('?');
  const [oldPath, oldQuery] = mark === -1 ? [from.path, ''] : [from.path.slice(0, mark), from.path.slice(mark)];
  if (path === '') return withHeaders(new UrlTarget(base, encode(oldPath + (query ?? oldQuery))), from);
  const merged = path.startsWith('/') ? path : oldPath.slice(0, oldPath.lastIndexOf('/') + 1) + path;
  return withHeaders(new UrlTarget(base, encode(withoutDots(merged) + (query ?? ''))), from);
}

function withHeaders(to: UrlTarget, from: UrlTarget): UrlTarget {
  return to.origin === from.origin ? new UrlTarget(to.origin, to.path, from.headers) : to;
}

function escapeBytes(text: string): string {
  return text.replace(/[\x80-\xff]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** RFC 3986, 5.2.4. */
function withoutDots(path: string): string {
  if (!path.includes('/.')) return path;
  const output: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') {
      if (output.length > 1) output.pop();
      if (isLast) output.push('');
    } else if (segment === '.') {
      if (isLast) output.push('');
    } else output.push(segment);
  }
  return output.join('/');
}
