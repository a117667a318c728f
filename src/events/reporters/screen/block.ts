/**
 * The lines at the bottom of a terminal that are drawn again and again. Below them the cursor waits at the beginning of a row,
 * and no mode of the terminal is changed: whatever kills the process leaves a good terminal behind.
 */
import { displayWidth } from '../../../lib/text/width.js';
import type { Line, Tone } from './layout.js';

const CLEAR_ROW = '\u001b[2K';
const CLEAR_BELOW = '\u001b[J';
const COLOURS: Readonly<Record<Tone, string>> = { good: '\u001b[32m', slow: '\u001b[33m', bad: '\u001b[1;31m' };
const PLAIN = '\u001b[0m';

export class Block {
  readonly #hasColours: boolean;
  /** Columns of each drawn line. */
  #drawn: readonly number[] = [];

  constructor(hasColours: boolean) {
    this.#hasColours = hasColours;
  }

  /** Draws over the last drawing; `above` scrolls away above it. `columns` is the width of now. */
  draw(lines: readonly Line[], above: readonly string[], columns: number): string {
    const start = this.#start(columns);
    this.#drawn = lines.map(({ text }) => displayWidth(text));
    const messages = above.map((message) => `${CLEAR_ROW}${message}\n`).join('');
    const rows = lines.map((line) => `${CLEAR_ROW}${this.#painted(line)}\n`).join('');
    return `${start}${messages === '' ? '' : CLEAR_BELOW}${messages}${rows}${CLEAR_BELOW}`;
  }

  /** The drawing stays where it is, and the next one begins at the cursor. */
  leave(): void {
    this.#drawn = [];
  }

  /** Up to the first row of the last drawing. In a terminal that became narrower a line takes several rows. */
  #start(columns: number): string {
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? '\r' : `\r\u001b[${rows}A`;
  }

  #painted({ text, tone }: Line): string {
    if (tone === undefined || !this.#hasColours) return text;
    const { from, to, is } = tone;
    return `${text.slice(0, from)}${COLOURS[is]}${text.slice(from, to)}${PLAIN}${text.slice(to)}`;
  }
}
