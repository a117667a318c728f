/** Shows Markdown in a terminal: headings, paragraphs, lists, code, tables, bold text and links. */
import { displayWidth, padToWidth } from '../../lib/text/width.js';
import { wrap } from '../../lib/text/wrap.js';

const COLUMNS = 80;
const CODE_INDENT = 2;

/** Signs without width stand for the styles, so that text can be measured and cut before it is styled. */
const STYLES = [
  { sign: '\u2061', on: '\u001b[1m', off: '\u001b[22m' },
  { sign: '\u2062', on: '\u001b[36m', off: '\u001b[39m' },
] as const;
const [BOLD, CODE] = STYLES;
const HAN = /[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/u;

/** `isStyled`: bold and colours. Without them it is plain text. */
export function renderMarkdown(markdown: string, { isStyled }: { isStyled: boolean }): string {
  const lines = blocksOf(markdown.replace(/<!--[\s\S]*?-->\n?/g, '')).flatMap((block, index) => [
    ...(index === 0 ? [] : ['']),
    ...block,
  ]);
  return `${styled(lines, isStyled).join('\n')}\n`;
}

/** The title of a text: its first heading. */
export function titleOf(markdown: string): string {
  return /^# +(.*)$/m.exec(markdown)?.[1] ?? '';
}

/** Lines of one block each; a blank line comes between them. */
function blocksOf(markdown: string): string[][] {
  const blocks: string[][] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    const take = (belongs: (next: string) => boolean) => {
      const begin = at++;
      while (at < lines.length && belongs(lines[at]!)) at++;
      return lines.slice(begin, at);
    };
    if (line.trim() === '') at++;
    else if (line.startsWith('```')) {
      blocks.push(code(take((next) => !next.startsWith('```')).slice(1)));
      at++;
    } else if (/^#+ /.test(line)) {
      blocks.push([BOLD.sign + inline(line.replace(/^#+ +/, '')) + BOLD.sign]);
      at++;
    } else if (line.startsWith('|')) blocks.push(table(take((next) => next.startsWith('|'))));
    else blocks.push(paragraph(take((next) => next.trim() !== '' && !/^(```|#+ |\|)/.test(next))));
  }
  return blocks;
}

/** As it is, and set in if its lines are short enough for that. */
function code(lines: readonly string[]): string[] {
  const space = COLUMNS - Math.max(0, ...lines.map(displayWidth));
  return lines.map((line) => ' '.repeat(Math.max(0, Math.min(CODE_INDENT, space))) + line);
}

const ITEM = /^( *)([-*]|\d+\.) +/;

/** A paragraph, or the items of a list. */
function paragraph(lines: readonly string[]): string[] {
  const parts: { indent: string; mark: string; text: string }[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    const last = parts.at(-1);
    if (item !== null) parts.push({ indent: item[1]!, mark: `${item[2]} `, text: line.slice(item[0].length) });
    else if (last === undefined) parts.push({ indent: '', mark: '', text: line.trim() });
    else last.text = joined(last.text, line.trim());
  }
  return parts.flatMap(({ indent, mark, text }) => {
    const blank = ' '.repeat(indent.length + mark.length);
    const wrapped = wrap(inline(text), COLUMNS - blank.length);
    return wrapped.map((line, index) => (index === 0 ? indent + mark : blank) + line);
  });
}

/** Lines of Chinese join without a space. */
function joined(before: string, after: string): string {
  return HAN.test(before.at(-1) ?? '') && HAN.test(after[0] ?? '') ? before + after : `${before} ${after}`;
}

/** In columns, or where they are too wide, each row as a list of its cells. */
function table(lines: readonly string[]): string[] {
  const [head = [], ...rows] = lines.filter((line) => !/^\|[\s:|-]+\|?$/.test(line)).map(cellsOf);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => displayWidth(row[column] ?? ''))));
  const total = widths.reduce((sum, width) => sum + width + 2, 0);
  if (total - 2 > COLUMNS) {
    return rows.flatMap((row) =>
      row.flatMap((cell, column) => wrap(column === 0 ? cell : `  ${head[column]}: ${cell}`, COLUMNS)),
    );
  }
  const bold = head.map((cell) => BOLD.sign + cell + BOLD.sign);
  return [bold, ...rows].map((row) =>
    row
      .map((cell, column) => padToWidth(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf(line: string): string[] {
  const cells = line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/);
  return cells.map((cell) => inline(cell.replaceAll('\\|', '|').trim()));
}

/** Bold, code and links. A link to another document of the package is only its text. */
function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => {
      if (/^`[^`]+`$/.test(part)) return CODE.sign + part.slice(1, -1) + CODE.sign;
      return part
        .replace(/\*\*([^*]+)\*\*/g, `${BOLD.sign}$1${BOLD.sign}`)
        .replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '$1 ($2)')
        .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');
    })
    .join('');
}

/** A style that goes over the end of a line ends there and begins again, so that a pager may show any line first. */
function styled(lines: readonly string[], isStyled: boolean): string[] {
  const open = new Set<(typeof STYLES)[number]>();
  return lines.map((line) => {
    let text = [...open].map(({ on }) => on).join('');
    for (const char of line) {
      const style = STYLES.find(({ sign }) => sign === char);
      if (style === undefined) text += char;
      else if (open.delete(style)) text += style.off;
      else {
        open.add(style);
        text += style.on;
      }
    }
    text += [...open].map(({ off }) => off).join('');
    return isStyled ? text : text.replace(/\u001b\[\d+m/g, '');
  });
}
