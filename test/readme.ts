// The parts of the README that are facts of the code: the tables of options, failures and exit codes. Printed into the
// README by `npm run readme`, and compared with it by a test, so that neither can drift from the other.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { optionTable } from '../src/config/options/table.js';
import { ERROR_CODES } from '../src/errors.js';
import { NOTICE_TOPICS, NOTICES } from '../src/events/notices.js';
import { envName, kebab } from '../src/model/options/option.js';

/** The README in the checkout; this file runs from `dist/test/`. */
export const README = fileURLToPath(new URL('../../README.md', import.meta.url));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function optionsTable(): string {
  const rows = Object.entries(optionTable()).map(([name, spec]) => [
    `\`--${kebab(name)}${spec.value === undefined ? '' : ` ${spec.value}`}\``,
    spec.default === undefined ? (spec.defaultText ?? '') : `\`${spec.default}\``,
    `\`${envName(name, spec)}\``,
    spec.commands.join(', '),
    spec.help,
  ]);
  return table(['option', 'default', 'environment', 'commands', 'effect'], rows);
}

function failuresTable(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, [verdict, meaning, advice]]) => [
    `\`${code}\``,
    verdict,
    meaning,
    advice,
  ]);
  return table(['code', 'class', 'what happened', 'what to do'], rows);
}

function noticesTable(): string {
  const topics: Partial<Record<string, Record<string, string>>> = NOTICE_TOPICS;
  const rows = Object.entries(NOTICES).map(([code, meaning]) => [
    `\`${code}\``,
    meaning,
    Object.entries(topics[code] ?? {})
      .map(([topic, text]) => `\`${topic}\`: ${text}`)
      .join('<br>'),
  ]);
  return table(['code', 'what it says', 'about'], rows);
}

const SECTIONS: Record<string, () => string> = {
  options: optionsTable,
  failures: failuresTable,
  notices: noticesTable,
};

/** The README's text with its generated sections as the code has them now. */
export function withSections(text: string): string {
  return Object.entries(SECTIONS).reduce((before, [name, render]) => {
    const section = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`);
    if (!section.test(before)) throw new Error(`the README has no section "${name}"`);
    return before.replace(section, (_all, open: string, close: string) => open + render() + close);
  }, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(README, withSections(readFileSync(README, 'utf8')));
}
