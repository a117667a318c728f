// Takes the request target apart as the bytes that were sent: no URL class, so `//`, `.`, `..` and `+` stay what they are.

/** `undefined`: an escape is broken, the bytes are not UTF-8, or a segment holds an encoded slash. */
export type DecodedPath = string | undefined;

const PLAIN = /^[\x21-\x24\x26-\x7e]*$/;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Splits at the first `?`. Node hands the target over with one character for each byte. */
export function splitTarget(target: string): { readonly path: string; readonly query: string | undefined } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: undefined } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Decodes every segment once. The answer can be split at '/' again, because `%2F` is refused. */
export function decodePath(path: string): DecodedPath {
  if (PLAIN.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    const decoded = decodeSegment(segment);
    if (decoded === undefined || decoded.includes('/')) return undefined;
    segments.push(decoded);
  }
  return segments.join('/');
}

function decodeSegment(segment: string): string | undefined {
  if (PLAIN.test(segment)) return segment;
  const bytes = unescapeBytes(segment);
  if (!bytes) return undefined;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function unescapeBytes(segment: string): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(segment.length);
  let length = 0;
  for (let at = 0; at < segment.length; at++) {
    let byte = segment.charCodeAt(at);
    if (byte === 0x25) {
      const hex = segment.slice(at + 1, at + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return undefined;
      byte = Number.parseInt(hex, 16);
      at += 2;
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}
