// Text as the macros of man(7) take it.

/** Plain text: nothing in it is a request or an escape, and a hyphen can be copied from the page. */
export function plain(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/[^\x00-\x7f]/gu, (sign) => `\\[u${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^(?=[.'])/gm, '\\&');
}

export const section = (title: string, ...body: readonly string[]) => [`.SH ${title}`, ...body].join('\n');
export const subsection = (title: string, ...body: readonly string[]) => [`.SS ${quoted(title)}`, ...body].join('\n');

/** A term, and below it what it means: one fact on each line. */
export function row(term: string, help: string): string {
  return `.TP\n.B ${quoted(term)}\n${plain(help).replaceAll('\n', '\n.br\n')}`;
}

/** Lines that stay as they are. */
export function verbatim(text: string): string {
  return `.PP\n.nf\n${plain(text)}\n.fi`;
}

/** One argument of a macro. */
function quoted(text: string): string {
  return `"${plain(text).replaceAll('"', '\\(dq')}"`;
}
