/** The command line. Commander prints the help and splits the arguments; the option table defines the options. */
import { Command, Help, Option } from 'commander';
import { COMMANDS, EXIT_CODES, MANAGING_EXIT_CODES, STATUS_EXIT_CODES } from '../config/options/commands.js';
import { optionTable } from '../config/options/table.js';
import type { RawOptions } from '../config/read-values.js';
import { type CommandName, envName, kebab, type OptionSpec, type OptionTable } from '../model/options/option.js';
import { SCHEMES } from '../sources/registry.js';
import type { Scheme } from '../sources/scheme.js';

/** What the user asked for, as text. */
export interface Invocation {
  command: CommandName;
  source: string | undefined;
  options: RawOptions;
  problems: string[];
}

const UNKNOWN = `no such command or option; the commands are ${Object.keys(COMMANDS).join(', ')} and help; see: sluice --help`;

/**
 * Shows `--to <DIR>`. For the parser all values are optional, so that Sluice can report every missing value at once.
 */
class PlainHelp extends Help {
  override optionTerm(option: Option): string {
    return option.flags.replace(/\[(.*)\]/, '<$1>');
  }
}

/** Builds the program. `onCommand` is called with the user's invocation. Commander prints help and version. */
export function createProgram(
  version: string,
  onCommand: (invocation: Invocation) => void,
  schemes: readonly Scheme[] = SCHEMES,
): Command {
  const credentials = schemes.map(({ credentialsHelp }) => credentialsHelp).join(' ');
  const parts = { table: optionTable(schemes), source: schemes[0]!.example, onCommand };
  const program = new Command('sluice')
    .description('Copies a whole bucket of small objects onto local disks: bounded memory, every byte checked.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    // Commander's own messages repeat the user's text, and that text could be a password.
    .configureOutput({ outputError: (_text, write) => write(`sluice: ${UNKNOWN}\n`) })
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', `\n${credentials} ${EXIT_CODES}`);
  for (const name of Object.keys(COMMANDS) as CommandName[]) program.addCommand(createCommand(name, parts));
  return program;
}

interface CommandParts {
  table: OptionTable;
  /** For the examples. */
  source: string;
  onCommand: (invocation: Invocation) => void;
}

function createCommand(name: CommandName, { table, source, onCommand }: CommandParts): Command {
  const { usage, summary, examples } = COMMANDS[name];
  const command = new Command(name)
    .usage(usage)
    .summary(summary)
    .description(summary)
    .helpOption('--help', 'show this help')
    // Sluice collects unknown options itself, so that it reports every problem at once.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', `\n${examples(source)}\n\n${exitCodesOf(name)}`);
  command.createHelp = () => new PlainHelp();
  for (const [key, spec] of Object.entries(table)) {
    if (spec.commands.includes(name)) command.addOption(createOption(key, spec, name));
  }
  command.action(() => onCommand(readInvocation(name, command)));
  return command;
}

function exitCodesOf(name: CommandName): string {
  if (name === 'status') return STATUS_EXIT_CODES;
  return ['jobs', 'forget', 'remove'].includes(name) ? MANAGING_EXIT_CODES : EXIT_CODES;
}

function createOption(key: string, spec: OptionSpec, command: CommandName): Option {
  const flags = spec.value === undefined ? `--${kebab(key)}` : `--${kebab(key)} [${spec.value}]`;
  const isStatus = ['status', 'jobs', 'forget', 'remove'].includes(command);
  // `status` and the queue commands know no bucket, so no default can use its name.
  const standard = isStatus ? undefined : (spec.default ?? spec.defaultText);
  const help = isStatus ? (spec.statusHelp ?? spec.help) : spec.help;
  const notes = [standard === undefined ? '' : `default ${standard}`, envName(key, spec)].filter(Boolean).join(', ');
  const option = new Option(flags, `${help} (${notes})`);
  // Keeps each occurrence. The config decides whether a flag may be repeated.
  if (spec.value !== undefined)
    option.argParser((value, before: unknown) => [...(Array.isArray(before) ? before : []), value]);
  return option;
}

/** Text after an unknown option may be its value, even with one dash in front. With two dashes it is an option. */
function isValue(args: readonly string[], index: number): boolean {
  const before = args[index - 1];
  const isNamed = args[index]!.startsWith('--');
  return !isNamed && before !== undefined && /^-[^=]+$/.test(before);
}

/** Never repeats the value of an unknown option: it could be a password. */
function readInvocation(command: CommandName, parsed: Command): Invocation {
  const { args } = parsed;
  const problems: string[] = [];
  const unknown = args.filter((arg, index) => /^-./.test(arg) && !isValue(args, index));
  for (const arg of unknown) problems.push(`unknown option ${arg.replace(/=.*$/s, '').replace(/^(-[^-]).*$/s, '$1')}`);
  const operands = args.filter((arg) => !/^-./.test(arg));
  const taken = command === 'fetch' || command === 'status' ? 0 : 1;
  if (operands.length > taken && unknown.length === 0) {
    problems.push(
      `${operands.length - taken} argument(s) too many: ${command} takes ${taken === 0 ? 'none' : 'one SOURCE'}`,
    );
  }
  return { command, source: taken === 0 ? undefined : operands[0], options: parsed.opts(), problems };
}
