/**
 * Keys → request targets, and the query of a listing. Built by hand: URL classes fold `.`, `..` and `//`, and S3 signs the
 * exact bytes that are sent.
 */

/** Percent-encoded except `A-Za-z0-9-._~`: the set of SigV4's canonical request. */
function encodeText(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A key that needs no escape. */
const PLAIN_KEY = /^[A-Za-z0-9\-._~/]*$/;

/** A key with its slashes kept. Throws URIError on a key that is not valid Unicode. */
export function encodeKey(key: string): string {
  return PLAIN_KEY.test(key) ? key : key.split('/').map(encodeText).join('/');
}

/** The query in the order and the form that the signature covers. Parameters that are undefined are left out. */
export function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.keys(parameters)
    .filter((name) => parameters[name] !== undefined)
    .map((name) => [encodeText(name), encodeText(parameters[name]!)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
}
