/** The form of the help: headings, and rows of a term and its text, within 80 columns whatever the terminal has. */
import { displayWidth, padToWidth } from '../../lib/text/width.js';
import { wrap } from '../../lib/text/wrap.js';
import { say } from '../../texts/say.js';

const COLUMNS = 80;
const INDENT = 2;

export interface HelpRow {
  term: string;
  text: string;
}

/** What a text has beside a column of terms. */
export function textColumns(termColumns: number): number {
  return COLUMNS - termColumns - 2 * INDENT;
}

/** A heading and what is below it. Empty where there is nothing. */
export function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', say.help.item(heading), ...lines];
}

/** The text begins at the same column in each row. A term that is too wide stands on a line of its own. */
export function rowsOf(rows: readonly HelpRow[], termColumns: number): string[] {
  const start = INDENT + termColumns + INDENT;
  const blank = ' '.repeat(start);
  return rows.flatMap(({ term, text }) => {
    const lines = wrap(text, textColumns(termColumns)).map((line) => blank + line);
    const head = ' '.repeat(INDENT) + term;
    if (displayWidth(term) > termColumns) return [head, ...lines];
    return [padToWidth(head, start) + lines[0]!.trimStart(), ...lines.slice(1)];
  });
}

/** So many columns that each term fits. */
export function widest(rows: readonly HelpRow[]): number {
  return Math.max(...rows.map(({ term }) => displayWidth(term)));
}

/** Numbered, each with its lines below. */
export function examplesOf(
  titles: Readonly<Record<string, string>>,
  examples: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.entries(examples).flatMap(([key, lines], index) => [
    `  ${say.help.numbered(index + 1, titles[key]!)}`,
    ...lines.map((line) => `       ${line}`),
  ]);
}

export function exitsOf(meanings: Readonly<Record<string, string>>): string[] {
  const rows = Object.entries(meanings).map(([term, text]) => ({ term, text }));
  return section(say.help.exitsHeading, rowsOf(rows, 3));
}
