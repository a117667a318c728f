// The parts of the documents that are facts of the code: the lists of options, failures and notices. Written into the help
// topics by `npm run readme`, and compared with them by a test, so that neither can drift from the other.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../src/config/options/commands.js';
import { flagOf, optionTable } from '../src/config/options/table.js';
import { ERROR_CODES, type ErrorCode } from '../src/errors.js';
import { wrap } from '../src/lib/text/wrap.js';
import { envName, OPTION_GROUPS } from '../src/model/options/option.js';
import { type Language, say, speak } from '../src/texts/say.js';
import { openStand, withOutputs } from './support/readme/examples.js';

/** The checkout; this file runs from `dist/test/`. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const README = `${ROOT}README.md`;
export const LANGUAGES: readonly Language[] = ['en', 'zh'];

const ALL_COMMANDS = Object.keys(COMMANDS).length;

/** What the lists say between the texts of the code. */
const WORDS = {
  en: { commands: 'commands', all: 'all', default: 'default', variable: 'variable', stop: ': ', comma: ', ' },
  zh: { commands: '命令', all: '全部', default: '默认', variable: '环境变量', stop: '：', comma: '、' },
};

/** Beside four spaces, within the width of a terminal. */
const FACT_COLUMNS = 74;

/** As the help shows them, by groups: the lines of the texts are made for a terminal. */
function optionsList(language: Language): string {
  const { commands, all, default: standard, variable, stop, comma } = WORDS[language];
  const rows = Object.entries(optionTable());
  return OPTION_GROUPS.map((group) => {
    const lines = rows
      .filter(([, spec]) => spec.group === group)
      .flatMap(([name, spec]) => {
        const value = spec.default ?? spec.defaultText;
        const facts = [
          ...spec.help.split('\n'),
          ...(value === undefined ? [] : [standard + stop + value]),
          // Only a variable that does not follow the rule is named.
          ...(spec.env === undefined ? [] : [variable + stop + envName(name, spec)]),
          commands + stop + (spec.commands.length === ALL_COMMANDS ? all : spec.commands.join(comma)),
        ];
        return [flagOf(name, spec), ...facts.flatMap((fact) => wrap(fact, FACT_COLUMNS)).map((line) => `    ${line}`)];
      });
    return [`## ${say.options.groups[group]}`, '', '```text', ...lines, '```'].join('\n');
  }).join('\n\n');
}

function failuresList(language: Language): string {
  const { stop } = WORDS[language];
  const codes = Object.entries(ERROR_CODES);
  return [...new Set(codes.map(([, [verdict]]) => verdict))]
    .map((verdict) => {
      const own = codes.filter(([, [found]]) => found === verdict);
      const lines = own.map(([code]) => {
        const { what, todo } = say.errors.codes[code as ErrorCode];
        return `- \`${code}\`${stop}${what} → ${todo}`;
      });
      return [`### ${verdict}`, '', ...lines].join('\n');
    })
    .join('\n\n');
}

function noticesList(language: Language): string {
  const { stop, comma } = WORDS[language];
  const topics: Partial<Record<string, Record<string, string>>> = say.notices.topics;
  return Object.entries(say.notices.codes)
    .map(([code, meaning]) => {
      const about = Object.entries(topics[code] ?? {}).map(([topic, text]) => `\`${topic}\` (${text})`);
      return `- \`${code}\`${stop}${meaning}${about.length === 0 ? '' : `${stop}${about.join(comma)}`}`;
    })
    .join('\n');
}

const SECTIONS: readonly { topic: string; name: string; render: (language: Language) => string }[] = [
  { topic: 'options', name: 'options', render: optionsList },
  { topic: 'failures', name: 'failures', render: failuresList },
  { topic: 'output', name: 'notices', render: noticesList },
];

/** Every topic with a generated section: its path, its text, and what the text has to be. */
export async function generated(): Promise<{ path: string; text: string; wanted: string }[]> {
  const topics = [];
  for (const language of LANGUAGES) {
    await speak(language);
    for (const { topic, name, render } of SECTIONS) {
      const path = `${ROOT}src/cli/topics/${language}/${topic}.md`;
      const text = readFileSync(path, 'utf8');
      const section = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
      if (!section.test(text)) throw new Error(`${path} has no section "${name}"`);
      const fill = (_all: string, open: string, close: string) => `${open}\n${render(language)}\n\n${close}`;
      topics.push({ path, text, wanted: text.replace(section, fill) });
    }
  }
  await speak('en');
  return topics;
}

/** A document whose examples show their output, with the locale to run them in. */
export const EXAMPLES = [
  { path: README, language: 'en', locale: 'C.UTF-8' },
  { path: `${ROOT}.github/README.zh-CN.md`, language: 'zh', locale: 'zh_CN.UTF-8' },
] as const;

/** The documents with examples: their text, and what it has to be. */
export async function examples(): Promise<{ path: string; text: string; wanted: string }[]> {
  const documents = [];
  for (const { path, locale } of EXAMPLES) {
    const text = readFileSync(path, 'utf8');
    const stand = await openStand(locale);
    try {
      documents.push({ path, text, wanted: await withOutputs(text, stand) });
    } finally {
      await stand.close();
    }
  }
  return documents;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // The examples take a minute, and change only with what a run says.
  const withExamples = process.argv.includes('--examples') ? await examples() : [];
  for (const { path, wanted } of [...(await generated()), ...withExamples]) writeFileSync(path, wanted);
}
