// Every text for people comes from the tables in src/texts: else it would be English in every language.

import assert from 'node:assert/strict';
import test from 'node:test';
import { FILES } from './sources.js';

/** Where sentences may stand besides the tables, with the reason. */
const OTHERS: Record<string, string> = {
  'src/lib/': 'knows nothing of the tables; what it throws is a part of a message that comes from them',
  'src/events/health/health.ts': 'the meanings of the states, for programs',
  'src/model/reasons.ts': 'the meanings of the reasons, for programs',
  'src/model/line.ts': 'what is wrong with a line is a part of a batch, and the same on all machines',
  'src/model/forms/bad-forms.ts': 'what is wrong with a line is a part of a batch, and the same on all machines',
  'src/cli/main.ts': 'says why the modules, with the tables, could not be loaded',
  'src/cli/help/markdown.ts': 'no sentence: patterns between two back ticks',
  'src/cli/help/pages.ts': 'the beginning of a command',
  'src/config/options/commands.ts': 'examples of commands',
  'src/config/options/table.ts': 'a mistake in the tables of options, for the programmer',
  'src/jobs/report/html/style.ts': 'a style sheet',
  'src/jobs/doctor/source/objects.ts': 'ends a request on purpose, and is shown nowhere',
  'src/sinks/digests/digest-record.ts': 'a defect',
  'src/sinks/disks/storage-identity.ts': 'the identity is unknown then; the error is shown nowhere',
  'src/sinks/thread/files.ts': 'has the code EROFS, which gets a text of the tables',
  'src/sinks/thread/volume-thread.ts': 'a defect',
  'src/sources/upyun/settings.ts': 'the help of the options',
  'src/web/metrics/': 'the help of a metric is for Prometheus, and the same in every language',
  'src/queue/nats/connection/records.ts': 'an error that looks like one of the client, which asks again',
};

/** Three words in a row. Codes, names, headers and paths have fewer. */
const SENTENCE = /[A-Za-z]{2,}[,:;]? [a-z]+[,:;]? [A-Za-z]{2,}/;

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** The literals of a source, without what templates put in. */
function literalsOf(text: string): string[] {
  const literals = text.replace(COMMENT, '').match(LITERAL) ?? [];
  return literals.map((literal) => literal.slice(1, -1).replace(/\$\{[^}]*\}/g, '…'));
}

const sentencesOf = ({ path, text }: { path: string; text: string }) =>
  literalsOf(text)
    .filter((literal) => SENTENCE.test(literal) && !isListOfWords(literal))
    .map((literal) => `${path}: ${literal.slice(0, 80)}`);

/** `'jpg jpeg jpe'.split(' ')` */
const isListOfWords = (literal: string) => literal.split(' ').length > 10 && !/[.,:;]/.test(literal);

test('no sentence for people stands outside of the tables', () => {
  const others = [...Object.keys(OTHERS), 'src/texts/'];
  const told = FILES.filter(({ path }) => !others.some((one) => path.startsWith(one)));
  assert.ok(told.length > 100, `${told.length} files`);
  assert.deepEqual(told.flatMap(sentencesOf), []);
});

test('each exception is one', () => {
  for (const place of Object.keys(OTHERS)) {
    const sentences = FILES.filter(({ path }) => path.startsWith(place)).flatMap(sentencesOf);
    assert.ok(sentences.length > 0, `${place} has no sentence any more: take it off the list`);
  }
});
