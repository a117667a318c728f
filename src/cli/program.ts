/** The command line. Commander splits the arguments; the option table defines the options, and `help/` shows the help. */
import { Command, CommanderError, Help, Option } from 'commander';
import { COMMAND_NAMES } from '../config/options/commands.js';
import { type OptionRows, optionTable } from '../config/options/table.js';
import { jsonLine } from '../events/reporters/json.js';
import { type CommandName, kebab, type OptionRow } from '../model/options/option.js';
import { SCHEMES } from '../sources/registry.js';
import type { Scheme } from '../sources/scheme.js';
import { type Invocation, readInvocation, wrongStart } from './arguments/invocation.js';
import { withOptionalValues } from './arguments/optional-values.js';
import { EXIT } from './exit-codes.js';
import { commandHelp } from './help/command-help.js';
import { firstScreen } from './help/first-screen.js';
import { versionText } from './help/version.js';
import { readBuild } from './shipped.js';

/** What a program does with its arguments. */
export interface Handlers {
  /** What is wrong is said as a JSON line. @default false */
  isJson?: boolean;
  onCommand: (invocation: Invocation) => void;
  /** `help NAME`: a command, a topic or a code; nothing for the list of topics. */
  onHelp?: (names: readonly string[]) => void;
}

/** `help NAME`. */
interface HelpRequest {
  names: readonly string[];
  program: Command;
}

/** Returns what the user asked for, or the exit code when commander has already done the work. */
export function parseArguments(args: string[], isJson = false): Invocation | HelpRequest | number {
  let found: Invocation | HelpRequest | undefined;
  const program = createProgram(versionText(readBuild()), {
    isJson,
    onCommand: (invocation) => {
      found = invocation;
    },
    onHelp: (names) => {
      found = { names, program };
    },
  });
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    program.parse(withOptionalValues(args, optionTable()), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0 || (error.code === 'commander.help' && args.length > 0);
    return isHelp ? EXIT.ok : EXIT.usage;
  }
  return found ?? EXIT.usage;
}

/** Shows the help that Sluice writes itself. */
class OwnHelp extends Help {
  readonly #show: () => string;

  constructor(show: () => string) {
    super();
    this.#show = show;
  }

  override formatHelp(): string {
    return this.#show();
  }
}

/** Builds the program. Commander prints the help and the version, and calls the handlers for the rest. */
export function createProgram(
  version: string,
  { onCommand, onHelp, isJson = false }: Handlers,
  schemes: readonly Scheme[] = SCHEMES,
): Command {
  const credentials = schemes
    .map(({ credentialsHelp }) => (typeof credentialsHelp === 'string' ? credentialsHelp : credentialsHelp()))
    .join('\n');
  const table = optionTable(schemes);
  const about = { table, credentials, source: schemes[0]!.example };
  const program = new Command('sluice')
    .version(version, '-v, --version')
    .helpOption('-h, --help')
    .helpCommand(false)
    // Commander's own messages repeat the user's text, and that text could be a password.
    .configureOutput({
      outputError: (_text, write) => write(`${wrongLine(wrongStart(program.args, table), isJson)}\n`),
    });
  program.createHelp = () => new OwnHelp(() => firstScreen(about));
  for (const name of COMMAND_NAMES) {
    let isBrief = false;
    const command = new Command(name)
      .helpOption('--help')
      // Commander does not say in which of its forms an option is given, so these are two.
      .option('-h')
      .on('option:h', () => {
        isBrief = true;
        command.help();
      })
      // Sluice collects unknown options itself, so that it reports every problem at once.
      .allowUnknownOption()
      .allowExcessArguments();
    command.createHelp = () => new OwnHelp(() => commandHelp({ ...about, name, isBrief }));
    addOptions(command, name, table);
    command.action(() => onCommand(readInvocation(name, command, table)));
    program.addCommand(command);
  }
  if (onHelp !== undefined) program.addCommand(helpCommand(program, onHelp));
  return program;
}

function wrongLine(message: string, isJson: boolean): string {
  if (!isJson) return `sluice: ${message}`;
  return jsonLine('error', 'error', { code: 'ERR_CONFIG', message, problems: [message] });
}

function helpCommand(program: Command, onHelp: (names: readonly string[]) => void): Command {
  // The language is read before the arguments are split.
  const command = new Command('help').helpOption('-h, --help').option('--lang [LANGUAGE]');
  command.createHelp = () => program.createHelp();
  command.allowUnknownOption().allowExcessArguments();
  return command.action(() => onHelp(command.args));
}

function addOptions(command: Command, name: CommandName, table: OptionRows): void {
  for (const [key, row] of Object.entries(table)) {
    if (!row.commands.includes(name)) continue;
    command.addOption(createOption(key, row));
    if (row.formerly !== undefined) command.addOption(createOption(row.formerly, { value: row.value }).hideHelp());
  }
}

/** For the parser all values are optional, so that Sluice can report every missing value at once. */
function createOption(name: string, { value, short }: Pick<OptionRow, 'value' | 'short'>): Option {
  const long = short === undefined ? `--${kebab(name)}` : `-${short}, --${kebab(name)}`;
  const option = new Option(value === undefined ? long : `${long} [${value}]`);
  // The parser takes `--no-NAME` for the opposite of NAME; here it is a name like any other.
  option.negate = false;
  // Keeps each occurrence. The config decides whether a flag may be repeated.
  if (value !== undefined)
    option.argParser((text, before: unknown) => [...(Array.isArray(before) ? before : []), text]);
  return option;
}
