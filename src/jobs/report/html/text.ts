/** Text on the page. Keys and messages come from outside: nothing of them may become HTML, or turn other text around. */

import { cutToWidth } from '../../../lib/text/width.js';
import { escapeChar } from '../../../model/json.js';

/** A text that is safe in HTML as it is. */
export type Html = string;

/**
 * Controls, marks of direction and of format, and separators of lines. U+200D joins pictures, and has no other effect. Half
 * of a pair of surrogates is no character.
 */
const UNSHOWABLE = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What a reader cannot see gets a form that can be seen, as in JSON. */
function visible(text: string): string {
  return text.replace(UNSHOWABLE, (char) => [...char.split('')].map(escapeChar).join(''));
}

export function esc(text: string): Html {
  return visible(text).replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}

/** Of a key or a path in a cell. */
const COLUMNS = 72;

/** A key, a path or another text of any length: cut, with all of it to be read in the title. */
export function name(text: string, columns = COLUMNS): Html {
  const all = visible(text);
  const shown = cutToWidth(all, columns);
  const title = shown === all ? '' : ` title="${esc(text)}"`;
  return `<bdi class="name"${title}>${esc(shown)}</bdi>`;
}

/** What a word of a state file is called; a word that is not known is its own name. */
export function called(names: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(names, word) ? names[word]! : word;
}
