/** What the job is, whether its counts add up, and what its runs did. */
import { localTimeOf } from '../../../lib/text/local-time.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { titleOf } from '../../../sources/registry.js';
import { say } from '../../../texts/say.js';
import type { Report, ReportedRun } from '../report.js';
import type { Sum } from '../sum.js';
import { facts, paragraph, section, table } from './parts.js';
import { called, esc, type Html, name } from './text.js';

export function sumSection({ sum, status }: Report): Html {
  const { sections, sum: text, states, unknown } = say.jobs.report;
  const state = paragraph(states[status.state] ?? unknown);
  if (sum === undefined) return section(sections.sum, state, paragraph(text.unknown, 'bad'));
  const verdict =
    sum.difference !== 0
      ? paragraph(text.wrong(sum.difference), 'bad')
      : paragraph(sum.open > 0 ? text.rightSoFar(sum.listed, sum.open) : text.right(sum.listed), 'good');
  return section(
    sections.sum,
    state,
    sum.failed > 0 ? paragraph(text.notAll(sum.failed), 'bad') : '',
    verdict,
    sumTable(sum),
    `<p>${esc(text.bytes(sum.bytes))} <span class="note">(${esc(text.exact(sum.bytes))})</span></p>`,
    sum.of === 'run' ? paragraph(text.ofRun, 'note') : '',
  );
}

const ALWAYS = ['stored', 'skipped', 'gone', 'failed'] as const;
const SOMETIMES = ['excluded', 'open', 'beyondLimit'] as const;

function sumTable(sum: Sum): Html {
  const { sum: text } = say.jobs.report;
  const parts = [...ALWAYS, ...SOMETIMES.filter((part) => sum[part] > 0)];
  const row = (kind: string, title: string, sign: string, count: number) =>
    `<tr${kind}><td class="number">${sign}</td><th scope="row">${esc(title)}</th><td class="number">${formatSigned(count)}</td></tr>`;
  return [
    '<table class="sum"><tbody>',
    row('', text.listed, '', sum.listed),
    ...parts.map((part, at) => row('', text[part], at === 0 ? '=' : '+', sum[part])),
    sum.difference === 0 ? '' : row(' class="sum bad"', text.difference, '≠', sum.difference),
    '</tbody></table>',
  ].join('');
}

function formatSigned(count: number): string {
  return count < 0 ? `−${formatCount(-count)}` : formatCount(count);
}

export function jobSection({ status, source, folders }: Report): Html {
  const { sections, job: text, unknown } = say.jobs.report;
  const filters = Object.entries(status.filters ?? {}).map(([option, value]) => `--${option} ${value}`);
  const listing = status.isListingComplete;
  const about = 'job' in status ? [] : localFacts(status);
  return section(
    sections.job,
    facts([
      [text.source, source === undefined ? esc(unknown) : name(titleOf(source), 300)],
      [text.name, 'job' in status ? name(status.job) : undefined],
      [text.folders, folders.length === 0 ? undefined : folders.map((folder) => name(folder, 300)).join('<br>')],
      [text.filters, filters.length === 0 ? undefined : name(filters.join('; '), 300)],
      [text.begun, 'createdAt' in status ? esc(localTimeOf(status.createdAt)) : undefined],
      ...about,
      [text.listing, listing === undefined ? undefined : esc(listing ? text.complete : text.incomplete)],
    ]),
  );
}

function localFacts(status: Exclude<Report['status'], { job: string }>): [string, Html | undefined][] {
  const { job: text } = say.jobs.report;
  const { startedAt, pass, activeSeconds, objectsPerSecond, bytesPerSecond, mended, lastCheckpoint, journal } = status;
  const isPaceKnown = objectsPerSecond !== undefined && bytesPerSecond !== undefined;
  return [
    [text.begun, startedAt && esc(localTimeOf(startedAt))],
    [text.pass, pass === undefined ? undefined : formatCount(pass)],
    [text.active, activeSeconds === undefined ? undefined : esc(say.jobs.report.duration(activeSeconds))],
    [text.rate, isPaceKnown ? esc(text.perSecond(objectsPerSecond, bytesPerSecond)) : undefined],
    [text.fixed, mended === undefined ? undefined : formatCount(mended)],
    [text.checkpoint, lastCheckpoint && esc(localTimeOf(lastCheckpoint))],
    [text.journal, journal && name(journal, 300)],
  ];
}

export function runsSection({ runs: { known, earlier, unrecorded } }: Report): Html {
  const { sections, runs: text } = say.jobs.report;
  const { columns } = text;
  const numbers = [columns.stored, columns.skipped, columns.gone, columns.failed, columns.bytes];
  const titles = [
    ...[columns.command, columns.begun, columns.time, columns.end].map((title) => ({ title })),
    ...numbers.map((title) => ({ title, isNumber: true })),
  ];
  return section(
    sections.runs,
    earlier > 0 ? paragraph(text.earlier(earlier), 'note') : '',
    known.length === 0 ? paragraph(text.none) : table(titles, known.map(runRow)),
    unrecorded > 0 ? paragraph(text.unrecorded(unrecorded), 'bad') : '',
    known.length === 0 ? '' : paragraph(text.own, 'note'),
    known.some(isPartial) ? paragraph(text.partial, 'note') : '',
  );
}

function runRow(run: ReportedRun): Html[] {
  const { runs: text, unknown } = say.jobs.report;
  const { seconds, code, message } = run;
  const shown = <Value>(value: Value | undefined, format: (value: Value) => string) =>
    esc(value === undefined ? unknown : isPartial(run) ? text.atLeast(format(value)) : format(value));
  const why = code === undefined ? '' : `<br><span class="note">${name(`${message ?? ''} [${code}]`, 160)}</span>`;
  return [
    name(run.command),
    esc(localTimeOf(run.startedAt)),
    shown(seconds, say.jobs.report.duration),
    esc(called(text.ends, run.end)) + why,
    ...[run.stored, run.skipped, run.gone, run.failed].map((value) => shown(value, formatCount)),
    shown(run.bytes, formatBytes),
  ];
}

/** Whether what the run last noted is not all that it has done. */
export function isPartial({ end }: ReportedRun): boolean {
  return end === 'killed' || end === 'running';
}
