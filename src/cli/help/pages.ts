/** `help NAME`: the page of a command, a topic or a code. */
import { COMMAND_NAMES } from '../../config/options/commands.js';
import { nearest } from '../../lib/text/nearest.js';
import { say, spoken } from '../../texts/say.js';
import { completionHelp } from '../completion/completion-help.js';
import { readTopic, topicNames } from '../shipped.js';
import { commandRows } from './command-rows.js';
import { codeNames, explainCode } from './explain-code.js';
import { rowsOf, section, widest } from './layout.js';
import { renderMarkdown, titleOf } from './markdown.js';

export interface PageOptions {
  /** Bold and colours. */
  isStyled: boolean;
  /** All options of a command. */
  commandHelp: (name: string) => string;
}

export type Page = { text: string } | { problem: string };

/** A name that is both a command and a topic shows both. Never repeats a name that it does not know. */
export function findPage(names: readonly string[], options: PageOptions): Page {
  if (names.length > 1) return { problem: say.help.wrong.oneName };
  const [name] = names;
  if (name === undefined) return { text: overview() };
  const lower = name.toLowerCase();
  const parts = (COMMAND_NAMES as readonly string[]).includes(lower) ? [options.commandHelp(lower)] : [];
  if (lower === 'completion') parts.push(completionHelp());
  if (topicNames().includes(lower)) parts.push(renderMarkdown(readTopic(lower, spoken), options));
  const text = parts.length > 0 ? parts.join('\n') : explainCode(name, options.isStyled);
  return text === undefined ? { problem: unknown(name) } : { text };
}

/** Commands and topics. */
function overview(): string {
  const { help } = say;
  const commands = commandRows();
  const topics = topicNames().map((name) => ({ term: name, text: titleOf(readTopic(name, spoken)) }));
  const columns = Math.max(widest(commands), widest(topics));
  const lines = [
    help.usage('sluice help NAME'),
    ...section(help.commandsHeading, rowsOf(commands, columns)),
    ...section(help.topicsHeading, rowsOf(topics, columns)),
    '',
    help.codes,
  ];
  return `${lines.join('\n')}\n`;
}

function unknown(name: string): string {
  const { wrong } = say.help;
  const codes = codeNames();
  const short = codes.map((code) => code.replace(/^ERR_/, ''));
  const known = nearest(name, [...COMMAND_NAMES, 'completion', ...topicNames(), ...codes, ...short]);
  return known === undefined ? wrong.unknownName : wrong.didYouMean(wrong.name(name), known);
}
