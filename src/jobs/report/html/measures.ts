/** What was measured: rates, sizes, slow folders, waits, and what the contents were checked by. */
import { localTime } from '../../../lib/text/local-time.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { DIGEST_NAMES } from '../../../texts/digest-names.js';
import { say } from '../../../texts/say.js';
import type { Report } from '../report.js';
import { chart } from './chart.js';
import { facts, paragraph, section, table } from './parts.js';
import { isPartial } from './runs.js';
import { called, esc, type Html, name } from './text.js';

export function rateSection({ rate }: Report): Html {
  const { sections, rate: text } = say.jobs.report;
  if (rate.from === 'unknown' || rate.points.length === 0) return section(sections.rate, paragraph(text.unknown));
  const objects = { title: text.objects, text: text.perSecond, kind: 'one' };
  const bytes = { title: text.bytes, text: text.bytesPerSecond, kind: 'two' };
  return section(
    sections.rate,
    chart(rate, { ...objects, of: ({ objectsPerSecond }) => objectsPerSecond }),
    chart(rate, { ...bytes, of: ({ bytesPerSecond }) => bytesPerSecond }),
    paragraph(rate.from === 'history' ? text.fromHistory : text.fromRuns, 'note'),
  );
}

export function sizesSection({ sizes }: Report): Html {
  const { sections, sizes: text, slow } = say.jobs.report;
  const { bounds, counts, known, unknown, averageBytes } = sizes;
  const most = Math.max(...counts, unknown, 1);
  const titleAt = (at: number) =>
    at === bounds.length ? text.above(bounds.at(-1)!) : bounds[at] === 0 ? text.empty : text.upTo(bounds[at]!);
  const row = (title: string, count: number) => [
    esc(title),
    formatCount(count),
    `<span class="bar" style="width:${((count / most) * 100).toFixed(1)}%"></span>`,
  ];
  const rows = counts.map((count, at) => ({ title: titleAt(at), count })).filter(({ count }) => count > 0);
  const all = [...rows, ...(unknown > 0 ? [{ title: text.unknown, count: unknown }] : [])];
  return section(
    sections.sizes,
    averageBytes === undefined ? '' : paragraph(text.average(averageBytes)),
    all.length === 0
      ? paragraph(slow.none)
      : table(
          [{ title: text.size }, { title: text.objects, isNumber: true }, { title: '' }],
          all.map(({ title, count }) => row(title, count)),
        ),
    known > 0 ? paragraph(text.known(known), 'note') : '',
  );
}

export function slowSection({ slowFolders }: Report): Html {
  const { sections, slow: text } = say.jobs.report;
  if (slowFolders.length === 0) return section(sections.slow, paragraph(text.none));
  const numbers = [text.objects, text.bytes, text.each].map((title) => ({ title, isNumber: true }));
  return section(
    sections.slow,
    table(
      [{ title: text.folder }, ...numbers],
      slowFolders.map(({ folder, objects, bytes, ms }) => [
        folder === '' ? esc(text.root) : name(folder, 60),
        formatCount(objects),
        esc(formatBytes(bytes)),
        esc(eachText(ms / Math.max(1, objects))),
      ]),
    ),
    paragraph(text.how, 'note'),
  );
}

/** Milliseconds, where seconds would say 0. */
function eachText(ms: number): string {
  return ms < 1_000 ? `${formatCount(ms)} ms` : say.jobs.report.duration(ms / 1000);
}

export function troubleSection({ trouble, runs }: Report): Html {
  const { sections, trouble: text } = say.jobs.report;
  const { outages, outageSeconds, throttledSeconds, retries, waits, moreWaits } = trouble;
  if (outages === undefined) return section(sections.trouble, paragraph(text.unknown));
  return section(
    sections.trouble,
    facts([
      [text.outages, formatCount(outages)],
      [text.outageTime, esc(say.jobs.report.duration(outageSeconds ?? 0))],
      [text.throttled, esc(say.jobs.report.duration(throttledSeconds ?? 0))],
      [text.retries, formatCount(retries ?? 0)],
    ]),
    waits.length === 0
      ? ''
      : table(
          [{ title: text.begun }, { title: text.time, isNumber: true }, { title: text.what }],
          waits.map(({ state, sinceMs, ms }) => [
            esc(localTime(sinceMs)),
            esc(say.jobs.report.duration(ms / 1000)),
            esc(called(text.states, state)),
          ]),
        ),
    moreWaits > 0 ? paragraph(text.more(moreWaits), 'note') : '',
    runs.known.some(isPartial) ? paragraph(say.jobs.report.runs.partial, 'note') : '',
  );
}

export function checksSection({ status, sum }: Report): Html {
  const { sections, checks: text } = say.jobs.report;
  const counts = Object.entries(status.checkedBy ?? {}).sort(([, one], [, other]) => other - one);
  if (counts.length === 0)
    return section(sections.checks, paragraph(sum?.stored === 0 ? say.jobs.report.none : text.unknown));
  return section(
    sections.checks,
    table(
      [{ title: text.kind }, { title: text.objects, isNumber: true }],
      counts.map(([kind, count]) => [esc(checkName(kind)), formatCount(count)]),
    ),
  );
}

/** MD5, or what stands for a digest. */
export function checkName(kind: string): string {
  return called({ ...say.jobs.report.checks.names, ...DIGEST_NAMES }, kind);
}
