/** The page of a report: one file that needs nothing else, no script and no request. */
import { localTimeOf } from '../../../lib/text/local-time.js';
import { titleOf } from '../../../sources/registry.js';
import { say } from '../../../texts/say.js';
import type { Report } from '../report.js';
import { optionsSection, versionsSection, volumesSection } from './about.js';
import { checksSection, rateSection, sizesSection, slowSection, troubleSection } from './measures.js';
import { failuresSection, goneSection, renamedSection } from './objects.js';
import { list, paragraph, section } from './parts.js';
import { jobSection, runsSection, sumSection } from './runs.js';
import { STYLE } from './style.js';
import { esc, type Html, name } from './text.js';
import { verifySection } from './verify.js';

/** The page itself says that it may load nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function htmlOf(report: Report): Html {
  const { language, title, created } = say.jobs.report;
  const source = report.source === undefined ? say.jobs.report.unknown : titleOf(report.source);
  return [
    `<!DOCTYPE html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${esc(title(source))}</title>`,
    `<style>${STYLE}</style>\n</head>\n<body>\n<main>`,
    `<header><h1>${esc(title(source))}</h1>${paragraph(created(localTimeOf(report.createdAt)), 'note')}</header>`,
    ...sectionsOf(report).filter((one) => one !== ''),
    '</main>\n</body>\n</html>\n',
  ].join('\n');
}

function sectionsOf(report: Report): Html[] {
  return [
    sumSection(report),
    problemsSection(report),
    jobSection(report),
    failuresSection(report),
    goneSection(report),
    renamedSection(report),
    checksSection(report),
    verifySection(report),
    runsSection(report),
    rateSection(report),
    troubleSection(report),
    sizesSection(report),
    slowSection(report),
    volumesSection(report),
    optionsSection(report),
    versionsSection(report),
  ];
}

const SHOWN_PROBLEMS = 50;

function problemsSection({ problems }: Report): Html {
  if (problems.length === 0) return '';
  return section(
    say.jobs.report.sections.problems,
    list(problems.slice(0, SHOWN_PROBLEMS).map((one) => name(one, 300))),
  );
}
