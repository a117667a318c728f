/** Guesses from the look of a key why nothing was found under it. */
import { say } from '../../texts/say.js';

/** A few words for a message; undefined if the key looks normal. */
export function keyHint(key: string): string | undefined {
  for (const look of LOOKS) {
    const hint = look(key);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** Whether the key has a form from other tools' lists: then the line does not come from a listing of SOURCE. */
export function isForeignForm(key: string): boolean {
  return BEGINNING.test(key) || URL_FORM.test(key);
}

const BEGINNING = /^(?:\.{0,2}\/)+/;
const URL_FORM = /^[a-z][a-z0-9+.-]*:\/\//i;

const LOOKS: readonly ((key: string) => string | undefined)[] = [
  (key) => (/[\r\n]/.test(key) ? texts().lineFeeds : undefined),
  (key) => (URL_FORM.test(key) ? texts().url : undefined),
  (key) => {
    const bare = key.replace(BEGINNING, '');
    return bare === key ? undefined : meant(texts().beginning, bare);
  },
  (key) => (key.trim() === key ? undefined : meant(texts().blanks, key.trim())),
  ofRow,
  (key) => {
    const decoded = /%[0-9a-f]{2}/i.test(key) ? decode(key) : undefined;
    return decoded === undefined ? undefined : meant(texts().encoded, decoded);
  },
  (key) => (key.includes('\\') ? meant(texts().backslashes, key.replaceAll('\\', '/')) : undefined),
  (key) => (key.endsWith('/') ? texts().folder : undefined),
  (key) => (/^(?:key|name|path|url|file ?name)$/i.test(key) ? texts().header : undefined),
];

/** In the language of the run. */
function texts() {
  return say.sources.objects.hint;
}

/** A row of a table, of `md5sum`, of `ls -l` and similar. */
function ofRow(key: string): string | undefined {
  const column = /^(["']?)(.+?)\1\s*[,;\t]/.exec(key)?.[2];
  if (column !== undefined) return meant(texts().csv, column);
  const last = /^(?:[0-9a-f]{32,128} [ *]|(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*\s+)?\d+\s+)(\S.*)$/i.exec(key)?.[1];
  return last === undefined ? undefined : meant(texts().row, last);
}

function meant(look: string, key: string): string {
  return key === '' ? look : texts().meant(look, key);
}

function decode(key: string): string | undefined {
  try {
    const decoded = decodeURIComponent(key);
    return decoded === key ? undefined : decoded;
  } catch {
    return undefined;
  }
}
