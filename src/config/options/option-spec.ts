/** What an option is: how it is written, for which commands, and what its help says. */
import type { CommandName } from '../../jobs/options.js';
import type { Reader } from './values.js';

export interface OptionSpec {
  /** Name of the value in the help; none for a switch. */
  readonly value?: string;
  readonly read: Reader<unknown>;
  /** As the user would write it. */
  readonly default?: string;
  /** Said instead of a default that is computed. */
  readonly defaultText?: string;
  /** Environment variable, where it is not `SLUICE_` and the name. */
  readonly env?: string;
  readonly commands: readonly CommandName[];
  readonly help: string;
  /** Where `status` looks at what the other commands write. */
  readonly statusHelp?: string;
}

export const ALL: readonly CommandName[] = ['list', 'fetch', 'mirror', 'verify'];
export const STORING: readonly CommandName[] = ['fetch', 'mirror'];
export const LOCAL: readonly CommandName[] = [...STORING, 'verify'];

/** `listConcurrency` → `list-concurrency`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The environment variable that stands for a flag. */
export function envName(name: string, spec: OptionSpec): string {
  return spec.env ?? `SLUICE_${kebab(name).replaceAll('-', '_').toUpperCase()}`;
}
