/** The last comparison of the folders with their source. */
import { localTimeOf } from '../../../lib/text/local-time.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { titleOf } from '../../../sources/registry.js';
import { say } from '../../../texts/say.js';
import type { Report } from '../report.js';
import { checkName } from './measures.js';
import { facts, paragraph, section } from './parts.js';
import { called, esc, type Html, name } from './text.js';

export function verifySection({ verify }: Report): Html {
  const { sections, verify: text, runs, unknown } = say.jobs.report;
  if (verify === undefined) return section(sections.verify, paragraph(text.none));
  const { end, code, source, isChecksum, isExtra, isInput, isPartly, elsewhere, different } = verify;
  const how = [
    isChecksum ? text.contents : text.sizes,
    ...(isExtra ? [text.extra] : []),
    ...(isInput ? [text.lines] : []),
    ...(isPartly ? [text.part] : []),
  ];
  const counts = (of: object, title: (kind: string) => string) =>
    Object.entries(of).map(([kind, count]) => `${esc(title(kind))}: ${formatCount(count)}`);
  const reasons = counts(verify.reasons, (reason) => reason);
  const by = counts(verify.comparedBy, checkName);
  return section(
    sections.verify,
    facts([
      [text.when, esc(localTimeOf(verify.endedAt))],
      [text.end, esc(`${called(runs.ends, end)}${code === undefined ? '' : ` [${code}]`}`)],
      [text.source, source === '' ? esc(unknown) : name(titleOf(source), 300)],
      [text.how, esc(how.join('; '))],
      [text.compared, formatCount(verify.compared)],
      [text.alike, formatCount(verify.alike)],
      [text.different, `<span class="${different > 0 ? 'bad' : 'good'}">${formatCount(different)}</span>`],
      [text.reasons, reasons.length === 0 ? undefined : reasons.join('<br>')],
      [text.elsewhere, elsewhere === 0 ? undefined : formatCount(elsewhere)],
      [text.bytes, isChecksum ? esc(formatBytes(verify.bytes)) : undefined],
      [text.by, by.length === 0 ? undefined : by.join('<br>')],
    ]),
  );
}
