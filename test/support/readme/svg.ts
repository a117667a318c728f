// Draws what a terminal shows, with its colours, as an SVG: text that can be selected, readable on a light and on a dark page.

import { displayWidth } from '../../../src/lib/text/width.js';

const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
/** Of the title bar. */
const TOP = 30;

/** By the numbers of SGR: 30 to 37 and 90 to 97. On the dark ground of the drawing, whatever the page has. */
const COLOURS: Record<number, string> = {
  30: '#6e7681',
  31: '#ff7b72',
  32: '#56d364',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  37: '#e6edf3',
  90: '#8b949e',
  91: '#ffa198',
  92: '#7ee787',
  93: '#f2cc60',
  94: '#a5d6ff',
  95: '#e2c5ff',
  96: '#76e3ea',
  97: '#ffffff',
};

/** Of colours and the like. */
const SEQUENCE = /(\u001b\[[\d;]*m)/;
const NUMBERS = /^\u001b\[([\d;]*)m$/;

interface Style {
  colour?: string | undefined;
  isBold?: boolean;
  isDim?: boolean;
}

/** Applies the numbers of one SGR sequence. */
function apply(numbers: readonly number[], style: Style): void {
  for (const number of numbers) {
    if (number === 0 || number === 39) style.colour = undefined;
    if (number === 0 || number === 22) style.isBold = style.isDim = false;
    if (number === 1) style.isBold = true;
    if (number === 2) style.isDim = true;
    if (number in COLOURS) style.colour = COLOURS[number];
  }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Its width is given, so that a font of another width keeps the columns. */
function drawText(text: string, column: number, row: number, { colour, isBold, isDim }: Style): string {
  const x = MARGIN + column * CELL.width;
  const y = TOP + MARGIN + row * CELL.height;
  const width = (displayWidth(text) * CELL.width).toFixed(1);
  const looks = `${colour === undefined ? '' : ` fill="${colour}"`}${isBold ? ' font-weight="bold"' : ''}${isDim ? ' opacity="0.65"' : ''}`;
  return `<text x="${x.toFixed(1)}" y="${y}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${looks}>${escaped(text)}</text>`;
}

/** Rows as tmux captures them with `-e`. Empty rows at the end are left out. */
export function drawTerminal(rows: readonly string[], columns: number, title: string): string {
  const drawn: string[] = [];
  const style: Style = {};
  for (const [row, line] of rows.entries()) {
    let column = 0;
    for (const part of line.split(SEQUENCE)) {
      const sequence = NUMBERS.exec(part);
      if (sequence !== null) {
        apply(sequence[1]!.split(';').map(Number), style);
        continue;
      }
      // Each word apart: a long run of blanks would be stretched.
      for (const word of part.matchAll(/\S+(?: \S+)*/g)) {
        drawn.push(drawText(word[0], column + displayWidth(part.slice(0, word.index)), row, style));
      }
      column += displayWidth(part);
    }
  }
  const width = Math.ceil(2 * MARGIN + columns * CELL.width);
  const height = TOP + MARGIN + rows.length * CELL.height;
  const buttons = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${18 + index * 18}" cy="16" r="5.5" fill="${colour}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#30363d"/>
${buttons.join('')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3" xml:space="preserve">
${drawn.join('\n')}
</g>
</svg>
`;
}
