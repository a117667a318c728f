/** Breaks text into lines of so many columns of a terminal. Han characters take two of them, and need no space between. */
import { displayWidth } from './width.js';

const WIDE = String.raw`\p{Script=Han}\u3000-\u303f\uff00-\uff60`;
/** A closing sign stays with the character before it, an opening one with the character after it. */
const PIECES = new RegExp(String.raw`\s+|[（「《“]*(?:[${WIDE}]|[^\s${WIDE}]+)[，。；：、！？）」》”…]*`, 'gu');

/** Keeps the line breaks of the text. A word that is wider than a line stays whole. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, columns));
}

function wrapLine(text: string, columns: number): string[] {
  if (displayWidth(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(PIECES) ?? []) {
    if (line.trim() !== '' && displayWidth(line + piece.trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()];
}
