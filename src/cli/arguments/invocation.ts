/** Reads what commander has split: the operands, and what is wrong with the arguments. Never repeats a value. */
import type { Command } from 'commander';
import { COMMAND_NAMES } from '../../config/options/commands.js';
import type { OptionRows } from '../../config/options/table.js';
import type { RawOptions } from '../../config/read-values.js';
import { nearest } from '../../lib/text/nearest.js';
import { type CommandName, kebab } from '../../model/options/option.js';
import { say } from '../../texts/say.js';

/** What the user asked for, as text. */
export interface Invocation {
  command: CommandName;
  source: string | undefined;
  options: RawOptions;
  problems: string[];
}

/** The value of an unknown option could be a password. */
export function readInvocation(command: CommandName, parsed: Command, table: OptionRows): Invocation {
  const { args } = parsed;
  const options = parsed.opts();
  const unknown = args.filter((arg, index) => /^-./.test(arg) && !isValue(args, index));
  const known = flagsOf(Object.entries(table).filter(([, { commands }]) => commands.includes(command)));
  const problems = unknown.map((arg) => unknownOption(arg, known));
  const operands = args.filter((arg) => !/^-./.test(arg));
  const taken = TAKEN[command] ?? 0;
  if (unknown.length === 0) problems.push(...operandProblems(command, operands, options.to !== undefined));
  const folder = command === 'mirror' && options.to === undefined ? operands[1] : undefined;
  return {
    command,
    source: taken === 0 ? undefined : operands[0],
    options: folder === undefined ? options : { ...options, to: [folder] },
    problems,
  };
}

/** So many operands: SOURCE, and for `mirror` DIR. */
const TAKEN: Partial<Record<CommandName, number>> = { list: 1, mirror: 2, verify: 1, doctor: 1 };

function operandProblems(command: CommandName, operands: readonly string[], isToGiven: boolean): string[] {
  const { wrong } = say.help;
  const taken = TAKEN[command] ?? 0;
  const more = operands.length - taken;
  if (more > 0 && command === 'mirror') return [wrong.severalFolders];
  if (more > 0) return [wrong.tooMany(more, command, taken === 0 ? wrong.taken.none : wrong.taken.source)];
  return command === 'mirror' && operands.length === 2 && isToGiven ? [wrong.folderTwice] : [];
}

/** Text after an unknown option may be its value, even with one dash in front. With two dashes it is an option. */
function isValue(args: readonly string[], index: number): boolean {
  const before = args[index - 1];
  const isNamed = args[index]!.startsWith('--');
  return !isNamed && before !== undefined && /^-[^=]+$/.test(before);
}

function unknownOption(arg: string, known: readonly string[]): string {
  const { wrong } = say.help;
  const flag = arg.replace(/[=].*$/s, '').replace(/^(-[^-]).*$/s, '$1');
  return asking(wrong.option(flag), nearestFlag(flag, known));
}

/** What is wrong when there is no command, or an option before it. Repeats the text only if it is nearly a name. */
export function wrongStart([first = '']: readonly string[], table: OptionRows): string {
  const { wrong } = say.help;
  const names = [...COMMAND_NAMES, 'completion', 'help'];
  const listed = (problem: string) => wrong.commands(problem, names);
  if (!first.startsWith('-')) {
    const name = nearest(first, names);
    return name === undefined ? listed(wrong.unknownCommand) : listed(asking(wrong.command(first), name));
  }
  const flag = first.replace(/=.*$/s, '');
  const known = flagsOf(Object.entries(table));
  if (known.includes(flag)) return wrong.before(flag);
  const name = nearestFlag(flag, [...known, '--version', '--help']);
  return listed(name === undefined ? wrong.unknownOption : asking(wrong.option(flag), name));
}

function flagsOf(rows: readonly (readonly [string, { short?: string }])[]): string[] {
  return rows.flatMap(([name, { short }]) => [`--${kebab(name)}`, ...(short === undefined ? [] : [`-${short}`])]);
}

function nearestFlag(flag: string, known: readonly string[]): string | undefined {
  if (!flag.startsWith('--')) return undefined;
  const name = nearest(
    flag.slice(2),
    known.filter((one) => one.startsWith('--')).map((one) => one.slice(2)),
  );
  return name === undefined ? undefined : `--${name}`;
}

function asking(problem: string, name: string | undefined): string {
  return name === undefined ? problem : say.help.wrong.didYouMean(problem, name);
}
