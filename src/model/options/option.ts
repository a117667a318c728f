/** A row of an option table: the syntax of an option, its commands, and its place in the help. The texts are elsewhere. */
import type { Reader, ValueOf } from '../../lib/options/values.js';

export type CommandName =
  | 'list'
  | 'fetch'
  | 'mirror'
  | 'verify'
  | 'status'
  | 'dashboard'
  | 'report'
  | 'jobs'
  | 'forget'
  | 'remove'
  | 'doctor';

/** The headings of the help, in its order. */
export const OPTION_GROUPS = ['where', 'what', 'speed', 'safety', 'output', 'machines'] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

export interface OptionSpec {
  /** Name of the value in the help. Undefined for a switch. */
  readonly value?: string;
  /**
   * The value may be left out. Then the word behind the option is its value only if this says so: it may be SOURCE. Behind
   * `--NAME=` anything is.
   */
  readonly isOptionalValue?: (word: string) => boolean;
  readonly read: Reader<unknown>;
  /** In the form that the user writes. */
  readonly default?: string;
  /** Environment variable, if it is not `SLUICE_` and the name. */
  readonly env?: string;
  /** May be given several times: the reader gets all the texts. @default false */
  readonly isRepeatable?: true;
  readonly commands: readonly CommandName[];
  readonly group: OptionGroup;
  /** Among the few that `-h` shows: of every command, or of these. @default of none */
  readonly commonIn?: 'all' | readonly CommandName[];
  /** One letter. */
  readonly short?: string;
  /** The name it had before. That name, its variable and its key in the config file still work; no help shows them. */
  readonly formerly?: string;
}

/** What the help says of an option, in the language of the run. */
export interface OptionText {
  /** One fact on each line. */
  readonly help: string;
  /** The default, where Sluice computes it. */
  readonly defaultText?: string | undefined;
  /** Of `status` and the queue commands, if it differs: they read what the other commands write. */
  readonly statusHelp?: string | undefined;
}

/** An option with its texts. */
export type OptionRow = OptionSpec & OptionText;

/** Keys are the camel-case names of the flags. The help has the same order. */
export type OptionTable<Spec extends OptionSpec = OptionSpec> = Readonly<Record<string, Spec>>;

/** What the options of a table say. Undefined = not given, and without a default. */
export type ValuesOf<Table extends OptionTable> = { readonly [Name in keyof Table]?: ValueOf<Table[Name]['read']> };

export const ALL: readonly CommandName[] = ['list', 'fetch', 'mirror', 'verify'];
/** The commands that ask the server, and the one that only checks it. */
export const ASKING: readonly CommandName[] = [...ALL, 'doctor'];
export const STORING: readonly CommandName[] = ['fetch', 'mirror'];
export const LOCAL: readonly CommandName[] = [...STORING, 'verify'];

/** `<ADDR>`, or `[ADDR]` where the value may be left out. */
export function valueText({ value, isOptionalValue }: Pick<OptionSpec, 'value' | 'isOptionalValue'>): string {
  return isOptionalValue === undefined ? `<${value}>` : `[${value}]`;
}

/** `listConcurrency` → `list-concurrency`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The environment variable for a flag. */
export function envName(name: string, spec: OptionSpec): string {
  return spec.env ?? `SLUICE_${kebab(name).replaceAll('-', '_').toUpperCase()}`;
}
