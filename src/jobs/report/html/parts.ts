/** The parts that the sections of the page consist of. */
import { esc, type Html } from './text.js';

export interface Column {
  readonly title: string;
  /** Aligned to the right. */
  readonly isNumber?: boolean;
}

export function section(title: string, ...content: readonly Html[]): Html {
  return `<section><h2>${esc(title)}</h2>${content.join('')}</section>`;
}

export function paragraph(text: string, kind?: 'bad' | 'good' | 'note'): Html {
  return `<p${kind === undefined ? '' : ` class="${kind}"`}>${esc(text)}</p>`;
}

/** The cells are HTML. The first cell of a row names it. */
export function table(columns: readonly Column[], rows: readonly (readonly Html[])[]): Html {
  const kind = (at: number) => (columns[at]?.isNumber ? ' class="number"' : '');
  const head = columns.map(({ title }, at) => `<th scope="col"${kind(at)}>${esc(title)}</th>`).join('');
  const body = rows.map((cells) => {
    const [first = '', ...rest] = cells;
    return `<tr><th scope="row"${kind(0)}>${first}</th>${rest.map((cell, at) => `<td${kind(at + 1)}>${cell}</td>`).join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** Names and values. A value that is undefined leaves its row out. */
export function facts(rows: readonly (readonly [string, Html | undefined])[]): Html {
  const shown = rows.filter(([, value]) => value !== undefined);
  if (shown.length === 0) return '';
  return `<dl>${shown.map(([title, value]) => `<dt>${esc(title)}</dt><dd>${value}</dd>`).join('')}</dl>`;
}

export function list(items: readonly Html[]): Html {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

export function command(line: string): Html {
  return `<pre><code>${esc(line)}</code></pre>`;
}
