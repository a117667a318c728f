/**
 * The key of a URL: its host and path, decoded, and its query. Two URLs that ask for different things have different
 * keys, in any order and in each run, since the key comes from the URL alone.
 *
 *     https://a.com/x/photo.jpg        a.com/x/photo.jpg
 *     http://a.com:8080/%E5%9B%BE.jpg  a.com:8080/图.jpg
 *     https://a.com/x/                 a.com/x/index.html
 *     https://a.com/img?id=7           a.com/img?id=7
 *     https://a.com/x%2Fy?u=/z         a.com/x%2Fy?u=%2Fz
 */
import type { UrlTarget } from './url-target.js';

/** What a browser asks a folder for. */
const INDEX = 'index.html';

export function keyOfUrl({ origin, path }: Pick<UrlTarget, 'origin' | 'path'>): string {
  const [plain, query] = splitPath(path);
  const name = plain.endsWith('/') ? plain + INDEX : plain;
  const host = origin.slice(origin.indexOf('://') + 3);
  const asked = withoutSignature(query);
  return (
    host + decode(name, PATH_KEEPS) + (asked === '' ? '' : `?${decode(asked, QUERY_KEEPS).replaceAll('/', '%2F')}`)
  );
}

/** Equal for two URLs that ask for the same thing: they may differ in what only signs them. */
export function identityOfUrl({ origin, path }: Pick<UrlTarget, 'origin' | 'path'>): string {
  const [plain, query] = splitPath(path);
  const asked = withoutSignature(query);
  return origin + plain + (asked === '' ? '' : `?${asked}`);
}

function splitPath(path: string): [plain: string, query: string] {
  const mark = path.indexOf('?');
  return mark === -1 ? [path, ''] : [path.slice(0, mark), path.slice(mark + 1)];
}

/** Would read as something else if they were decoded: `%`, `/`, `?`. */
const PATH_KEEPS = new Set(['25', '2F', '3F']);
/** And in a query `#`, `&`, `+`, `;`, `=`. */
const QUERY_KEEPS = new Set([...PATH_KEEPS, '23', '26', '2B', '3B', '3D']);

/** Decodes what is UTF-8; other escapes stay, in capitals. */
function decode(text: string, keeps: ReadonlySet<string>): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    const hexes = escapes.toUpperCase().split('%').slice(1);
    let decoded = '';
    let bytes: string[] = [];
    const flush = () => {
      decoded += decodeBytes(bytes);
      bytes = [];
    };
    for (const hex of hexes) {
      if (!keeps.has(hex)) {
        bytes.push(hex);
        continue;
      }
      flush();
      decoded += `%${hex}`;
    }
    flush();
    return decoded;
  });
}

/** The longest sequences that are UTF-8; the bytes between them stay escaped. */
function decodeBytes(hexes: readonly string[]): string {
  let text = '';
  for (let index = 0; index < hexes.length; ) {
    const length = lengthOf(Number.parseInt(hexes[index]!, 16));
    const sequence = hexes.slice(index, index + length);
    const char = sequence.length === length ? tryDecode(sequence) : undefined;
    text += char ?? `%${hexes[index]}`;
    index += char === undefined ? 1 : length;
  }
  return text;
}

function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

function tryDecode(hexes: readonly string[]): string | undefined {
  try {
    return decodeURIComponent(hexes.map((hex) => `%${hex}`).join(''));
  } catch {
    return undefined;
  }
}

/** Signatures of stores and CDNs: the parameters that show one, and all that belong to it. They tell no objects apart. */
const SIGNATURES: readonly { readonly shown: readonly string[]; readonly all: RegExp }[] = [
  { shown: ['x-amz-signature'], all: /^x-amz-/ },
  { shown: ['x-goog-signature'], all: /^x-goog-/ },
  { shown: ['x-oss-signature'], all: /^x-oss-(signature|credential|date|expires|additional-headers|security-token)/ },
  { shown: ['q-signature'], all: /^(q-|x-cos-security-token$)/ },
  {
    shown: ['signature', 'expires'],
    all: /^(signature|expires|awsaccesskeyid|ossaccesskeyid|accesskeyid|googleaccessid|key-pair-id|policy|security-token|x-amz-security-token)$/,
  },
  { shown: ['signature', 'policy'], all: /^(signature|policy|key-pair-id)$/ },
  { shown: ['sig', 'sv'], all: /^(sig|sv|se|st|sr|sp|spr|sip|si|ss|srt|skoid|sktid|skt|ske|sks|skv)$/ },
  { shown: ['_upt'], all: /^_upt$/ },
];

/** A query without what only signs the URL: it changes each time the list is made, and must be in no name. */
function withoutSignature(query: string): string {
  if (query === '') return query;
  const fields = query.split('&');
  const names = fields.map((field) => field.split('=', 1)[0]!.toLowerCase());
  const signature = SIGNATURES.find(({ shown }) => shown.every((name) => names.includes(name)));
  return signature === undefined ? query : fields.filter((_, index) => !signature.all.test(names[index]!)).join('&');
}
