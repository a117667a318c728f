/** A row of an option table: the syntax of an option, its commands, and its help text. */
import type { Reader, ValueOf } from '../../lib/options/values.js';

export type CommandName = 'list' | 'fetch' | 'mirror' | 'verify' | 'status' | 'jobs' | 'forget' | 'remove';

export interface OptionSpec {
  /** Name of the value in the help. Undefined for a switch. */
  readonly value?: string;
  readonly read: Reader<unknown>;
  /** In the form that the user writes. */
  readonly default?: string;
  /** Help text for a default that Sluice computes. */
  readonly defaultText?: string;
  /** Environment variable, if it is not `SLUICE_` and the name. */
  readonly env?: string;
  /** May be given several times: the reader gets all the texts. @default false */
  readonly isRepeatable?: true;
  readonly commands: readonly CommandName[];
  readonly help: string;
  /** Help text for `status`, if it differs: `status` reads what the other commands write. */
  readonly statusHelp?: string;
}

/** Keys are the camel-case names of the flags. The help has the same order. */
export type OptionTable<Spec extends OptionSpec = OptionSpec> = Readonly<Record<string, Spec>>;

/** What the options of a table say. Undefined = not given, and without a default. */
export type ValuesOf<Table extends OptionTable> = { readonly [Name in keyof Table]?: ValueOf<Table[Name]['read']> };

export const ALL: readonly CommandName[] = ['list', 'fetch', 'mirror', 'verify'];
export const STORING: readonly CommandName[] = ['fetch', 'mirror'];
export const LOCAL: readonly CommandName[] = [...STORING, 'verify'];

/** `listConcurrency` → `list-concurrency`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The environment variable for a flag. */
export function envName(name: string, spec: OptionSpec): string {
  return spec.env ?? `SLUICE_${kebab(name).replaceAll('-', '_').toUpperCase()}`;
}
