// Rows as a table for the console and for Markdown.

export type Cell = string | number | undefined;

export interface Table {
  readonly title: string;
  readonly rows: readonly Record<string, Cell>[];
}

/** Three digits are what a measurement is good for. */
export function rounded(value: Cell): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

export function markdown({ title, rows }: Table): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const body = rows.map((row) => line(names.map((name) => rounded(row[name]))));
  return `**${title}**\n\n${line(names)}${line(names.map((name) => (isNumeric(rows, name) ? '--:' : '---')))}${body.join('')}`;
}

export function print({ title, rows }: Table): void {
  console.log(`\n${title}`);
  console.table(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, rounded(cell)]))),
  );
}

function isNumeric(rows: readonly Record<string, Cell>[], name: string): boolean {
  return rows.some((row) => typeof row[name] === 'number');
}
