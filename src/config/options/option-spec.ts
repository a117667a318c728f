/** The definition of an option: its syntax, its commands, and its help text. */
import type { CommandName } from '../../jobs/options.js';
import type { Reader } from './values.js';

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
  readonly commands: readonly CommandName[];
  readonly help: string;
  /** Help text for `status`, if it differs: `status` reads what the other commands write. */
  readonly statusHelp?: string;
}

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
