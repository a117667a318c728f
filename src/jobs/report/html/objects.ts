/** The objects that a reader has to know of: what failed, what is gone, and what has another name. */
import { formatCount } from '../../../lib/text/units.js';
import { say } from '../../../texts/say.js';
import type { FailureGroup, ObjectExample, Report } from '../report.js';
import { command, list, paragraph, section, table } from './parts.js';
import { esc, type Html, name } from './text.js';

/** Of a message. */
const MESSAGE_COLUMNS = 300;

export function failuresSection({ failures, status, folders }: Report): Html {
  const { sections, failures: text } = say.jobs.report;
  const { count, groups, more, file, retry } = failures;
  if (count === 0) return section(sections.failures, paragraph(text.none, 'good'));
  const isShared = 'job' in status;
  const how =
    retry !== undefined
      ? [paragraph(text.retry), command(retry)]
      : [paragraph(isShared ? text.onMachines : text.noFile, 'note')];
  return section(
    sections.failures,
    paragraph(text.count(count), 'bad'),
    ...(folders.length === 0 && !isShared ? [] : how),
    ...groups.map(groupPart),
    more > 0 ? paragraph(text.otherCodes(more)) : '',
    fileLine(text.file, file),
  );
}

function groupPart({ code, count, examples }: FailureGroup): Html {
  const { failures: text } = say.jobs.report;
  const codes: Readonly<Record<string, { what: string; todo: string }>> = say.errors.codes;
  const about = Object.hasOwn(codes, code) ? codes[code] : undefined;
  const shown = examples.map((example) => exampleLine(example));
  const rest = count - examples.length;
  return [
    `<h3>${name(code)}: ${formatCount(count)}</h3>`,
    about === undefined ? '' : paragraph(`${about.what} → ${about.todo}`.replaceAll('`', ''), 'note'),
    shown.length === 0
      ? paragraph(text.noExample, 'note')
      : list([...shown, ...(rest > 0 ? [`<span class="note">${esc(text.more(rest))}</span>`] : [])]),
  ].join('');
}

function exampleLine({ key, type, message, attempts }: ObjectExample): Html {
  const kind = type === undefined ? '' : ` <span class="note">(${name(type, 20)})</span>`;
  const tried = attempts === undefined || attempts < 1 ? '' : `; ${esc(say.jobs.report.failures.attempts(attempts))}`;
  const why = message === undefined ? '' : `<br><span class="note">${name(message, MESSAGE_COLUMNS)}${tried}</span>`;
  return `${name(key)}${kind}${why}`;
}

export function goneSection({ gone: { count, examples, file } }: Report): Html {
  const { sections, gone: text, failures } = say.jobs.report;
  if (count === 0) return section(sections.gone, paragraph(text.none));
  const rest = count - examples.length;
  return section(
    sections.gone,
    paragraph(text.count(count)),
    examples.length === 0 ? paragraph(failures.noExample, 'note') : list(examples.map(({ key }) => name(key))),
    rest > 0 && examples.length > 0 ? paragraph(failures.more(rest), 'note') : '',
    fileLine(text.file, file),
  );
}

export function renamedSection({ renamed: { count, examples, file, isAtLeast } }: Report): Html {
  const { sections, renamed: text, failures } = say.jobs.report;
  if (count === 0) return section(sections.renamed, paragraph(isAtLeast ? text.unknown : text.none));
  const rest = count - examples.length;
  return section(
    sections.renamed,
    paragraph(text.count(count, isAtLeast)),
    table(
      [{ title: text.key }, { title: text.path }],
      examples.map(({ key, path, volume }) => [
        name(key, 50),
        name(volume === undefined ? path : `${volume}/${path}`, 60),
      ]),
    ),
    rest > 0 ? paragraph(failures.more(rest), 'note') : '',
    fileLine(text.file, file),
  );
}

function fileLine(title: string, file: string | undefined): Html {
  return file === undefined ? '' : `<p class="note">${esc(title)} ${name(file, 300)}</p>`;
}
