/** Forms of a bare line that can hardly be a key. Asking for them would find nothing, and say nothing of why. */

/** Why that text, as a bare line, is no key, and how to mend it; undefined when it could be one. */
export function badForm(text: string): string | undefined {
  if (text.includes('\0')) return NUL_REASON;
  const trimmed = text.trim();
  if (trimmed.startsWith('"')) {
    return 'quoted, but no JSON string (a row of CSV, or a piece of JSON?); write the bare key, or {"key":…} on one line';
  }
  if (/^[[\]{},]+$/.test(trimmed))
    return "a piece of JSON that takes several lines; write one value a line (jq -c '.[]')";
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[0];
  if (scheme !== undefined) {
    return `a URL, not a key: keys are relative to SOURCE${example(keyOfUrl(trimmed, scheme), text)}`;
  }
  if (text.startsWith('/')) return `keys have no slash at their beginning${example(text.replace(/^\/+/, ''), text)}`;
  const relative = /^(?:\.{1,2}\/)+/.exec(text)?.[0];
  if (relative !== undefined) return `keys do not begin with ${relative}${example(text.slice(relative.length), text)}`;
  if (isHeader(trimmed)) {
    return `the header of a table, not a key: give the column of the keys alone, without it${example('', text)}`;
  }
  return undefined;
}

/** Also of a line that is too long to be looked at, which a whole input without line feeds is. */
export const NUL_REASON =
  "it holds NUL characters: keys end with a line feed here (tr '\\0' '\\n'), and text is UTF-8 or UTF-16";

/** The key as it was meant, perhaps; and how to give one that really is like that. */
function example(meant: string, literal: string): string {
  const instead = meant === '' ? '' : `; write ${shown(meant)}`;
  return `${instead}; a key that really is like that is written {"key":${shown(literal)}}`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
}

const SHOWN_LENGTH = 120;

/** The bucket of `upyun://` and `s3://`, the host of any other, stand before the key. */
function keyOfUrl(url: string, scheme: string): string {
  const rest = url.slice(scheme.length);
  const slash = rest.indexOf('/');
  return slash === -1 ? '' : rest.slice(slash + 1);
}

/** Two columns or more, all with names as columns have them, the first one that of a key. */
function isHeader(text: string): boolean {
  const [first, ...others] = text.split(/[,;\t]/).map((field) => field.trim().replace(/^["']|["']$/g, ''));
  if (others.length === 0 || !KEY_COLUMN.test(first!)) return false;
  return others.every((field) => COLUMN.test(field));
}

const KEY_COLUMN = /^(?:object[ _-]?)?(?:key|name|path|uri|url|file|file[ _-]?(?:name|path)|object)$/i;
const COLUMN = /^[a-z][a-z0-9 _-]{0,30}$/i;
