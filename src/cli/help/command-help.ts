/** The help of one command: its options in groups, examples, and exit codes. `-h` shows the common options. */
import { COMMANDS } from '../../config/options/commands.js';
import type { OptionRows } from '../../config/options/table.js';
import { displayWidth } from '../../lib/text/width.js';
import {
  type CommandName,
  envName,
  kebab,
  OPTION_GROUPS,
  type OptionRow,
  valueText,
} from '../../model/options/option.js';
import { say } from '../../texts/say.js';
import { examplesOf, exitsOf, type HelpRow, rowsOf, section, textColumns } from './layout.js';

/** `  -n, --buffer-size <SIZE>` fits. */
const TERM_COLUMNS = 26;
const TEXT_COLUMNS = textColumns(TERM_COLUMNS);
/** A command with no more options than this shows all of them. */
const BRIEF_OPTIONS = 15;

export interface CommandHelp {
  name: CommandName;
  table: OptionRows;
  /** A SOURCE for the examples. */
  source: string;
  /** Where credentials come from. */
  credentials: string;
  isBrief: boolean;
}

export function commandHelp({ name, table, source, credentials, isBrief }: CommandHelp): string {
  const { help } = say;
  const { usage, exits, examples } = COMMANDS[name];
  const all = Object.entries(table).filter(([, { commands }]) => commands.includes(name));
  // The help option is one of them.
  const isShort = isBrief && all.length >= BRIEF_OPTIONS;
  const shown = isShort ? all.filter(([, { commonIn }]) => commonIn === 'all' || commonIn?.includes(name)) : all;
  const lines = [
    help.usage(`sluice ${name} ${usage}`),
    '',
    help.commands[name].description,
    ...groupsOf(shown, name),
    '',
    ...rowsOf([{ term: '-h, --help', text: isShort ? help.helpOptionBrief : help.helpOption }], TERM_COLUMNS),
    ...section(help.examplesHeading, examplesOf(help.commands[name].examples, examples(source))),
  ];
  if (isShort) return text([...lines, '', help.brief(shown.length + 1, all.length + 1, name)]);
  const asks = exits === 'run' || exits === 'doctor' ? ['', credentials] : [];
  return text([...lines, ...exitsOf(help.exits[exits]), ...variablesOf(all, name), ...asks]);
}

type NamedRow = readonly [name: string, row: OptionRow];

function groupsOf(options: readonly NamedRow[], command: CommandName): string[] {
  return OPTION_GROUPS.flatMap((group) => {
    const rows = options.filter(([, row]) => row.group === group).map((named) => rowOf(named, command));
    return section(say.options.groups[group], rowsOf(rows, TERM_COLUMNS));
  });
}

function rowOf([name, row]: NamedRow, command: CommandName): HelpRow {
  const { short, value, help, statusHelp } = row;
  const flag = `${short === undefined ? '   ' : `-${short},`} --${kebab(name)}`;
  const term = value === undefined ? flag : `${flag} ${valueText(row)}`;
  // `status` and the queue commands know no bucket, so no default can use its name.
  const { exits } = COMMANDS[command];
  // Without --to `doctor` looks at no disk.
  if (command === 'doctor' && name === 'to') return { term, text: help };
  const isOwn = exits === 'status' || exits === 'report' || exits === 'dashboard' || exits === 'managing';
  if (isOwn) return { term, text: statusHelp ?? help };
  const own = exits === 'doctor' ? (statusHelp ?? help) : help;
  const standard = row.default ?? row.defaultText;
  return { term, text: standard === undefined ? own : withDefault(own, say.help.standard(standard)) };
}

/** Behind the last fact, or below it where there is no space. */
function withDefault(help: string, standard: string): string {
  const last = help.split('\n').at(-1)!;
  return displayWidth(last + standard) <= TEXT_COLUMNS ? help + standard : `${help}\n${standard.trimStart()}`;
}

/** One rule instead of a name for each option. */
function variablesOf(options: readonly NamedRow[], command: CommandName): string[] {
  const { help } = say;
  // Where SOURCE is an operand, no option names its variable.
  const isOperand = COMMANDS[command].usage.startsWith('[SOURCE]');
  const exceptions = options.flatMap(([name, row]) => {
    if (name === 'insecure') return [help.onlyFlag('--insecure')];
    return row.env === undefined ? [] : [help.variable(`--${kebab(name)}`, envName(name, row))];
  });
  if (isOperand) exceptions.unshift(help.variable('SOURCE', 'SLUICE_SOURCE'));
  return section(
    help.variablesHeading,
    help
      .variables(exceptions)
      .split('\n')
      .map((line) => `  ${line}`),
  );
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
