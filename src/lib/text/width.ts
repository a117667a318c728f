/**
 * How many columns of a terminal a text takes, and the part of a text that fits. The text must be printable: a control
 * character has no width of its own.
 */
import { eastAsianWidth } from 'get-east-asian-width';

/** Every character of these takes one column. */
const NARROW = /^[\u0020-\u007e]*$/;
/** Drawn on the character before it. */
const MARK = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Makes a narrow sign a wide picture on most terminals. */
const AS_PICTURE = 0xfe0f;
/** A sign with its marks, and with what U+200D joins to it. */
const SIGNS = /.(?:\u200d.|[\p{Mn}\p{Me}\p{Cf}])*/gsu;

/** Columns. Of a joined picture the columns of its parts: terminals differ, and none draws it wider. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += widthOf(char);
  return width;
}

/** The text, or its beginning with `…`, within so many columns. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let width = 0;
  let fits = 0;
  for (const [sign] of text.matchAll(SIGNS)) {
    width += displayWidth(sign);
    if (width > columns - 1) break;
    fits += sign.length;
  }
  return `${text.slice(0, fits)}…`;
}

/** The text with spaces behind it, up to so many columns. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

function widthOf(char: string): number {
  const code = char.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (code === AS_PICTURE) return 1;
  return MARK.test(char) ? 0 : eastAsianWidth(code);
}
