/** The values of a table of options, each from its flag, the environment, the config file, or its default. */
import { type CommandName, envName, kebab, type OptionTable, type ValuesOf } from '../model/options/option.js';
import { say } from '../texts/say.js';
import { problemText } from '../texts/value-problem.js';
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

/** Adds to `problems`, and to `warnings` what has a new name. Ignores what the table does not have, and what the command does not take. */
export function readTable<Table extends OptionTable>(
  table: Table,
  { command, ...input }: ValuesInput,
  problems: string[],
  warnings: string[] = [],
): ValuesOf<Table> {
  const values: Record<string, unknown> = {};
  const { options, env, file } = renamed(table, { command, ...input }, { problems, warnings });
  for (const [name, spec] of Object.entries(table)) {
    if (!spec.commands.includes(command)) continue;
    const given = options[name];
    const variable = envName(name, spec);
    const raw = given ?? (env[variable] || undefined) ?? file[name] ?? spec.default;
    if (raw === undefined) continue;
    const label = labelOf(name, variable, { given, env, file });
    if (spec.value !== undefined && spec.isOptionalValue === undefined && typeof raw === 'boolean') {
      problems.push(say.config.about(label, say.config.noValue(spec.value)));
      continue;
    }
    if (Array.isArray(raw) && raw.length > 1 && !spec.isRepeatable) {
      problems.push(say.config.about(label, say.config.severalTimes(raw.length)));
      continue;
    }
    const written = Array.isArray(raw) && raw.length === 1 && !spec.isRepeatable ? raw[0]! : raw;
    const reading = spec.read(typeof written === 'boolean' ? String(written) : written);
    if (reading.problem === undefined) values[name] = reading.value;
    else problems.push(say.config.about(label, problemText(reading.problem)));
  }
  return values as ValuesOf<Table>;
}

type Places = Required<Omit<ValuesInput, 'command'>>;

/**
 * Moves what is given by an old name of an option to its name of today. Two names with different values in one place are a
 * problem; between places the usual order decides.
 */
function renamed(
  table: OptionTable,
  { command, options, env, file = {} }: ValuesInput,
  { problems, warnings }: { problems: string[]; warnings: string[] },
): Places {
  const places = { options: { ...options }, env: { ...env }, file: { ...file } };
  for (const [name, spec] of Object.entries(table)) {
    const { formerly, env: _, ...rest } = spec;
    if (formerly === undefined || !spec.commands.includes(command)) continue;
    const move = (
      place: Record<string, RawValue | undefined>,
      before: string,
      now: string,
      nameOf: (key: string) => string,
    ) => {
      const old = place[before];
      // An empty variable says nothing.
      if (old === undefined || old === '') return;
      if ((place[now] ?? '') === '') place[now] = old;
      else if (String(place[now]) !== String(old)) problems.push(say.config.twoNames(nameOf(before), nameOf(now)));
      warnings.push(say.config.renamed(nameOf(before), nameOf(now)));
    };
    move(places.options, formerly, name, (key) => `--${kebab(key)}`);
    move(places.env, envName(formerly, rest), envName(name, spec), (key) => key);
    move(places.file, formerly, name, (key) => say.config.inFile(kebab(key)));
  }
  return places as Places;
}

/** Names the place of a value, for a problem message. */
function labelOf(
  name: string,
  variable: string,
  { given, env, file }: { given: unknown; env: NodeJS.ProcessEnv; file: FileValues },
): string {
  if (given !== undefined) return `--${kebab(name)}`;
  if (env[variable]) return variable;
  return file[name] === undefined ? `--${kebab(name)}` : say.config.inFile(kebab(name));
}

/** Whether the user gave the option somewhere, right or wrong. A wrong one must not look like one that is missing. */
export function isGiven(name: string, { options, env, file = {} }: ValuesInput, variable: string): boolean {
  return options[name] !== undefined || Boolean(env[variable]) || file[name] !== undefined;
}
