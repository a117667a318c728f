/**
 * Keys → request targets. Built by hand: URL classes fold `.`, `..` and `\`, and the signature covers the exact bytes
 * sent.
 */

/**
 * One segment, percent-encoded except `A-Za-z0-9-._~` (the set of Upyun's own Go client, which escapes `!'()*` too).
 */
export function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A key that needs no escape. */
const PLAIN_KEY = /^[A-Za-z0-9\-._~/]*$/;

/** A key with its slashes kept. Throws URIError on a key that is not valid Unicode. */
export function encodeKey(key: string): string {
  if (PLAIN_KEY.test(key)) return key;
  return key.split('/').map(encodeSegment).join('/');
}

/** An image version, for example `!s400` or `!/fw/300`: its separators must reach the server unchanged. */
export function encodeVariant(variant: string): string {
  return variant.replace(/[^A-Za-z0-9\-._~!/]/gu, encodeSegment);
}
