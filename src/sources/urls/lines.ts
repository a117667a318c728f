/** Reads the lines of one list. Of two URLs with the same key one would silently overwrite the other. */
import { HashTable, shortHash } from '../../lib/record-index/hash-table.js';
import { type BadLine, badLine, type InputLine, isBadLine, isScopeLine } from '../../model/line.js';
import { identityOfUrl } from '../../model/urls/url-key.js';
import { parseUrlLine } from '../../model/urls/url-line.js';
import { withoutSecrets } from '../../model/urls/url-secrets.js';
import { say } from '../../texts/say.js';

/** Of two lines with the same key the first one counts, unless both ask for the same thing. */
export function createLineReader(): (line: string, problem?: string) => InputLine | undefined {
  /** Key → URL. */
  const seen = new HashTable();

  return (text, problem) => {
    if (problem !== undefined) return badLine(withoutSecrets(text), problem);
    const line = parseUrlLine(text);
    if (line === undefined || isBadLine(line) || isScopeLine(line)) return line;
    const identity = shortHash(identityOfUrl(line.target!));
    const before = seen.get(line.key);
    if (before !== undefined && before !== identity) return doubled(text, line.key);
    seen.set(line.key, identity);
    return line;
  };
}

function doubled(text: string, key: string): BadLine {
  return badLine(withoutSecrets(text.trim()), say.urls.sameKey(key));
}
