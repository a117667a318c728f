/** `help ERR_SIZE`, `help origin-down`: what one code means, what the run does about it, and what to do. */
import { ERROR_CODES, type ErrorCode } from '../../errors.js';
import { say } from '../../texts/say.js';
import { renderMarkdown } from './markdown.js';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** Every name that {@link explainCode} knows. */
export function codeNames(): string[] {
  return [...CODES, ...Object.keys(say.notices.codes)];
}

/** Upper and lower case are the same, and `ERR_` may be left out. Undefined = no code has this name. */
export function explainCode(name: string, isStyled: boolean): string | undefined {
  const upper = name.toUpperCase().replaceAll('-', '_');
  const parts = CODES.filter((code) => code === upper || code === `ERR_${upper}`).map(errorPart);
  const notices: Readonly<Record<string, string>> = say.notices.codes;
  const lower = name.toLowerCase();
  if (Object.hasOwn(notices, lower)) parts.push(noticePart(lower, notices[lower]!));
  return parts.length === 0 ? undefined : renderMarkdown(parts.join('\n\n'), { isStyled });
}

function errorPart(code: ErrorCode): string {
  const { explain } = say.help;
  const { codes, verdicts, classes } = say.errors;
  const [verdict] = ERROR_CODES[code];
  const { what, todo } = codes[code];
  return [
    `# ${code}`,
    ...[explain.what(what), explain.class(classes[verdict], verdicts[verdict]), explain.todo(todo)],
  ].join('\n\n');
}

function noticePart(code: string, meaning: string): string {
  const { explain } = say.help;
  const topics: Readonly<Record<string, Readonly<Record<string, string>>>> = say.notices.topics;
  const about = Object.entries(topics[code] ?? {}).map(([topic, text]) => `- \`${topic}\`: ${text}`);
  const parts = [`# ${code}`, explain.what(meaning), explain.notice, about.join('\n')];
  return parts.filter(Boolean).join('\n\n');
}
