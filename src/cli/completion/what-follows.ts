/** What can follow on a command line, for the completion of shells. The shell itself completes folders and files. */
import { COMMANDS } from '../../config/options/commands.js';
import { type OptionRows, optionTable } from '../../config/options/table.js';
import { type CommandName, kebab, type OptionRow } from '../../model/options/option.js';
import { SCHEMES } from '../../sources/registry.js';
import { say } from '../../texts/say.js';
import { commandRows } from '../help/command-rows.js';
import { topicNames } from '../shipped.js';
import { SHELLS } from './shells.js';

/** A word and what it means; the meaning is '' where the word says it. */
export type Suggestion = readonly [word: string, help: string];

export interface Follows {
  readonly kind: 'words' | 'folders' | 'files';
  /** What of the last word stays in front of a folder or a file: `--to=`. Empty for words: each is whole. */
  readonly kept: string;
  readonly words: readonly Suggestion[];
}

/** @param words those after `sluice`, without quotes; the last one is begun, or '' */
export function whatFollows(words: readonly string[], profilesIn: (file: string) => readonly string[]): Follows {
  const current = words.at(-1) ?? '';
  const [command = '', ...before] = words.slice(0, -1);
  const all = suggestions({ command, before, current, profilesIn });
  if (all.kind !== 'words') return all;
  return { ...all, words: all.words.filter(([word]) => word.startsWith(current)) };
}

interface Line {
  command: string;
  /** Between the command and the current word. */
  before: readonly string[];
  current: string;
  profilesIn: (file: string) => readonly string[];
}

function suggestions(line: Line): Follows {
  const { command, before, current } = line;
  if (command === '') return current.startsWith('-') ? wordsOf(GENERAL()) : wordsOf(commands());
  if (command === 'help') return wordsOf(before.length === 0 ? topics() : []);
  if (command === 'completion') return wordsOf(before.length === 0 ? SHELLS.map((shell) => [shell, '']) : []);
  if (!isCommand(command)) return wordsOf([]);
  const table = optionTable();
  const [inline] = /^--[^=]+=/.exec(current) ?? [];
  const name = inline?.slice(2, -1) ?? before.at(-1)?.replace(/^--/, '') ?? '';
  const isNamed = inline !== undefined || before.at(-1)?.startsWith('--');
  const entry = isNamed ? entryOf(table, name, command) : undefined;
  // A value that may be left out may also be the next option or SOURCE.
  const isSure = inline !== undefined || entry?.[1].isOptionalValue === undefined;
  if (entry?.[1].value !== undefined && isSure) return valuesOf(entry, line, inline ?? '');
  if (inline !== undefined) return wordsOf([]);
  if (current.startsWith('-')) return wordsOf(optionsOf(table, command, before));
  const operand = operandsOf(command)[operandsIn(before, table, command)];
  if (operand === undefined) return wordsOf(current === '' ? optionsOf(table, command, before) : []);
  return operand === 'DIR' ? { kind: 'folders', kept: '', words: [] } : wordsOf(sources(operand));
}

function wordsOf(words: readonly Suggestion[]): Follows {
  return { kind: 'words', kept: '', words };
}

function isCommand(text: string): text is CommandName {
  return Object.hasOwn(COMMANDS, text);
}

const GENERAL = (): Suggestion[] => [
  ['--help', say.help.helpOption],
  ['--version', say.completion.version],
];

const commands = () => commandRows().map(({ term, text }): Suggestion => [term, text]);

/** What `help` explains. */
function topics(): Suggestion[] {
  const { errors, notices } = say;
  return [
    ...commands().filter(([name]) => name !== 'help'),
    ...topicNames().map((name): Suggestion => [name, '']),
    ...Object.entries(errors.codes).map(([code, { what }]): Suggestion => [code, what]),
    ...Object.entries(notices.codes),
  ];
}

type Entry = readonly [name: string, spec: OptionRow];

function entryOf(table: OptionRows, name: string, command: CommandName): Entry | undefined {
  return Object.entries(table).find(([key, { commands }]) => kebab(key) === name && commands.includes(command));
}

/** Without those that are there and cannot be repeated. */
function optionsOf(table: OptionRows, command: CommandName, before: readonly string[]): Suggestion[] {
  const given = new Set(before.map((word) => word.replace(/=.*/s, '')));
  const own = Object.entries(table).filter(([, { commands }]) => commands.includes(command));
  const free = own.filter(([name, { isRepeatable }]) => isRepeatable || !given.has(`--${kebab(name)}`));
  const rows = free.map(([name, spec]): Suggestion => [`--${kebab(name)}`, firstLine(spec.help)]);
  return [...rows, ['--help', say.help.helpOption]];
}

/** A help has one fact on each line, the main one first. */
function firstLine(help: string): string {
  return help.split('\n', 1)[0]!;
}

/** The values of an option. `inline` is `--name=`, or ''. */
function valuesOf([name, spec]: Entry, { before, profilesIn }: Line, inline: string): Follows {
  if (spec.value === 'DIR') return { kind: 'folders', kept: inline, words: [] };
  if (spec.value === 'FILE') return { kind: 'files', kept: inline, words: [] };
  const words = name === 'profile' ? profiles(before, profilesIn) : (spec.read.words ?? []);
  const rows = words.map((word): Suggestion => [word, word === spec.default ? say.completion.default : '']);
  const all = spec.value === 'SOURCE' ? sources('SOURCE') : rows;
  return wordsOf(all.map(([word, help]) => [inline + word, help]));
}

/** A shell would take other characters for its own: it inserts the word without quotes. */
const PLAIN = /^[\p{L}\p{N}_.][\p{L}\p{M}\p{N}_.,:@%+-]*$/u;

function profiles(before: readonly string[], profilesIn: Line['profilesIn']): readonly string[] {
  const inline = before.findLast((word) => word.startsWith('--config='))?.slice('--config='.length);
  const at = before.lastIndexOf('--config');
  const file = at === -1 ? inline : before[at + 1];
  return profilesIn(file ?? '').filter((name) => PLAIN.test(name));
}

/** `SOURCE`, or `SOURCE|-` where a command also reads names from stdin. */
function sources(operand: string): Suggestion[] {
  const schemes = SCHEMES.map(({ name, form }): Suggestion => [`${name}://`, form]);
  return operand.endsWith('-') ? [...schemes, ['-', say.completion.stdin]] : schemes;
}

/** What a command takes besides options, as its usage says it: `[SOURCE | -] [--to DIR]` → `SOURCE|-`. */
function operandsOf(command: CommandName): string[] {
  const plain = COMMANDS[command].usage.replace(/--[a-z-]+( [A-Z]+)?/g, '').replace(/\s*\|\s*/g, '|');
  return plain.match(/\b(?:SOURCE(?:\|-)?|DIR)/g) ?? [];
}

/** How many of the words are neither options nor their values. */
function operandsIn(before: readonly string[], table: OptionRows, command: CommandName): number {
  const isValue = (index: number) => {
    const option = before[index - 1] ?? '';
    const spec = option.startsWith('--') ? entryOf(table, option.slice(2), command)?.[1] : undefined;
    return spec?.value !== undefined && (spec.isOptionalValue?.(before[index]!) ?? true);
  };
  return before.filter((word, index) => !/^-./.test(word) && !isValue(index)).length;
}
