/** Finds bare lines that can hardly be a key. A request for them would find nothing and not explain why. */

/** Why this text, as a bare line, is not a key, and how to fix it; undefined if it can be a key. */
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

/** Also for a line that is too long to parse, for example an input without line feeds. */
export const NUL_REASON =
  "it holds NUL characters: keys end with a line feed here (tr '\\0' '\\n'), and text is UTF-8 or UTF-16";

/** The key that the user may mean; and how to write a key that really looks like this. */
function example(meant: string, literal: string): string {
  const instead = meant === '' ? '' : `; write ${shown(meant)}`;
  return `${instead}; a key that really is like that is written {"key":${shown(literal)}}`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
}

const SHOWN_LENGTH = 120;

/** In `upyun://` and `s3://` URLs the bucket comes before the key, in other URLs the host. */
function keyOfUrl(url: string, scheme: string): string {
  const rest = url.slice(scheme.length);
  const slash = rest.indexOf('/');
  return slash === -1 ? '' : rest.slice(slash + 1);
}

/** Two columns or more, all with column names, the first one a name for keys. */
function isHeader(text: string): boolean {
  const [first, ...others] = text.split(/[,;\t]/).map((field) => field.trim().replace(/^["']|["']$/g, ''));
  if (others.length === 0 || !KEY_COLUMN.test(first!)) return false;
  return others.every((field) => COLUMN.test(field));
}

const KEY_COLUMN = /^(?:object[ _-]?)?(?:key|name|path|uri|url|file|file[ _-]?(?:name|path)|object)$/i;
const COLUMN = /^[a-z][a-z0-9 _-]{0,30}$/i;
