/** Text from outside, such as the key of an object, may hold what is not visible or turns the text around it. Such characters get a name. */

/** A piece of a text: shown as it is, or by its name. */
export interface Piece {
  readonly text: string;
  readonly isHidden: boolean;
}

/**
 * Controls, formats (marks of direction, zero width, tags), separators of lines, private and unassigned characters, halves of
 * pairs, blanks that are no space, and the filler letters that show nothing.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u00a0\u115f\u1160\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0]|\p{Variation_Selector}|\u034f/u;

export function visiblePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  for (const character of text) {
    if (!HIDDEN.test(character)) {
      plain += character;
      continue;
    }
    if (plain !== '') pieces.push({ text: plain, isHidden: false });
    plain = '';
    pieces.push({ text: nameOf(character), isHidden: true });
  }
  if (plain !== '') pieces.push({ text: plain, isHidden: false });
  return pieces;
}

/** The same as one text, where there is no place for boxes: a title, a label. */
export function visibleText(text: string): string {
  return visiblePieces(text)
    .map((piece) => (piece.isHidden ? `[${piece.text}]` : piece.text))
    .join('');
}

/** `U+202E`. */
function nameOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
