/** The values of a table of options, each from its flag, the environment, the config file, or its default. */
import { type CommandName, envName, kebab, type OptionTable, type ValuesOf } from '../model/options/option.js';
import type { FileValues } from './config-file.js';

/** From the command line: a text, several texts, or true for a switch or a missing value. */
export type RawValue = string | string[] | boolean;

/** By the names of the options: the common ones, and those of the schemes. */
export type RawOptions = Readonly<Record<string, RawValue | undefined>>;

export interface ValuesInput {
  command: CommandName;
  options: RawOptions;
  env: NodeJS.ProcessEnv;
  file?: FileValues;
}

/** Adds to `problems`. Ignores what the table does not have, and what the command does not take. */
export function readTable<Table extends OptionTable>(
  table: Table,
  { command, options, env, file = {} }: ValuesInput,
  problems: string[],
): ValuesOf<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) {
    if (!spec.commands.includes(command)) continue;
    const given = options[name];
    const variable = envName(name, spec);
    const raw = given ?? (env[variable] || undefined) ?? file[name] ?? spec.default;
    if (raw === undefined) continue;
    const label = labelOf(name, variable, { given, env, file });
    if (spec.value !== undefined && typeof raw === 'boolean') {
      problems.push(`${label}: a value is missing (${spec.value})`);
      continue;
    }
    if (Array.isArray(raw) && raw.length > 1 && !spec.isRepeatable) {
      problems.push(`${label}: given ${raw.length} times, but it takes one value`);
      continue;
    }
    const written = Array.isArray(raw) && raw.length === 1 && !spec.isRepeatable ? raw[0]! : raw;
    const reading = spec.read(typeof written === 'boolean' ? String(written) : written);
    if (reading.problem === undefined) values[name] = reading.value;
    else problems.push(`${label}: ${reading.problem}`);
  }
  return values as ValuesOf<Table>;
}

/** Names the place of a value, for a problem message. */
function labelOf(
  name: string,
  variable: string,
  { given, env, file }: { given: unknown; env: NodeJS.ProcessEnv; file: FileValues },
): string {
  if (given !== undefined) return `--${kebab(name)}`;
  if (env[variable]) return variable;
  return file[name] === undefined ? `--${kebab(name)}` : `${kebab(name)} in the config file`;
}
