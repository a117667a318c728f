/** Guesses from the look of a key why nothing was found under it. */

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
  (key) =>
    /[\r\n]/.test(key)
      ? "it holds carriage returns or line feeds: lines end with a line feed here (tr '\\r' '\\n')"
      : undefined,
  (key) => (URL_FORM.test(key) ? 'it looks like a URL: keys are relative to SOURCE' : undefined),
  (key) => {
    const bare = key.replace(BEGINNING, '');
    return bare === key ? undefined : `keys do not begin with a slash or a dot${meant(bare)}`;
  },
  (key) => (key.trim() === key ? undefined : `it has blanks at an end${meant(key.trim())}`),
  ofRow,
  (key) => {
    const decoded = /%[0-9a-f]{2}/i.test(key) ? decode(key) : undefined;
    return decoded === undefined ? undefined : `it looks percent-encoded${meant(decoded)}`;
  },
  (key) => (key.includes('\\') ? `it has backslashes${meant(key.replaceAll('\\', '/'))}` : undefined),
  (key) =>
    key.endsWith('/')
      ? 'it looks like the name of a folder: only objects can be fetched, `list` names them'
      : undefined,
  (key) => (/^(?:key|name|path|url|file ?name)$/i.test(key) ? 'it looks like the header of a table' : undefined),
];

/** A row of a table, of `md5sum`, of `ls -l` and similar. */
function ofRow(key: string): string | undefined {
  const column = /^(["']?)(.+?)\1\s*[,;\t]/.exec(key)?.[2];
  if (column !== undefined) return `it looks like a row of CSV${meant(column)}`;
  const last = /^(?:[0-9a-f]{32,128} [ *]|(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*\s+)?\d+\s+)(\S.*)$/i.exec(key)?.[1];
  return last === undefined ? undefined : `it looks like a row of a listing${meant(last)}`;
}

function meant(key: string): string {
  return key === '' ? '' : `: the key may be ${JSON.stringify(key)}`;
}

function decode(key: string): string | undefined {
  try {
    const decoded = decodeURIComponent(key);
    return decoded === key ? undefined : decoded;
  } catch {
    return undefined;
  }
}
