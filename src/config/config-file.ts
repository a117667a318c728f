/** `--config FILE`: options as TOML or JSON. `--profile NAME` selects a profile. */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TomlError } from 'smol-toml';
import { isShortOfFiles } from '../errors.js';
import { readSmallFile } from '../lib/files/small-file.js';
import { jsonErrorPlace } from '../lib/text/json-error.js';
import { nearest } from '../lib/text/nearest.js';
import { kebab } from '../model/options/option.js';
import type { Scheme } from '../sources/scheme.js';
import { say } from '../texts/say.js';
import { systemText } from '../texts/system.js';
import { type OptionRows, optionTable } from './options/table.js';

/** Option → value in the file, in the form of the command line. `source` is the SOURCE of list, mirror and verify. */
export type FileValues = Readonly<Record<string, string | string[] | undefined>>;

/** These options select the file and its profile. */
const NOT_INSIDE: ReadonlySet<string> = new Set(['config', 'profile']);

/** Undefined when the file cannot be used at all. A problem never repeats a value: it could be a password. */
export function readConfigFile(
  path: string,
  { profile, problems, schemes }: { profile: string | undefined; problems: string[]; schemes: readonly Scheme[] },
): FileValues | undefined {
  const options = optionTable(schemes);
  const names = namesOf(options);
  const secrets = new Set(schemes.flatMap(({ secretNames }) => secretNames));
  const table = parseFile(path, problems);
  if (table === undefined) return undefined;
  const { profiles, ...common } = table;
  const chosen = profile === undefined ? {} : profileOf(profiles, profile, { path, problems });
  const values: Record<string, string | string[]> = {};
  for (const [key, value] of Object.entries({ ...common, ...chosen })) {
    const name = names.get(key);
    const written = textOf(value);
    if (name === undefined) problems.push(unknownKey(path, key, { table: options, secrets }));
    else if (written === undefined) problems.push(say.config.file.kind(path, key));
    else values[name] = written;
  }
  return values;
}

/** Key in the file → option, of any scheme, by its name of today or its old one. */
function namesOf(table: OptionRows): ReadonlyMap<string, string> {
  const names = Object.entries(table).flatMap(([name, { formerly }]) => [name, ...(formerly ? [formerly] : [])]);
  return new Map([['source', 'source'], ...names.filter(isInside).map((name) => [kebab(name), name] as const)]);
}

/** The names of the profiles in a file; none if it cannot be read. A shell that completes must not wait for a pipe. */
export function profilesIn(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return [];
  const profiles = parseFile(path, [])?.profiles;
  return isTable(profiles) ? Object.keys(profiles) : [];
}

function isInside(name: string): boolean {
  return !NOT_INSIDE.has(name);
}

/** Says which key was meant, or where credentials belong. */
function unknownKey(
  path: string,
  key: string,
  { table, secrets }: { table: OptionRows; secrets: Set<string> },
): string {
  const { unknown, credentialsHint } = say.config.file;
  const problem = unknown(path, JSON.stringify(key.slice(0, 40)));
  if (secrets.has(key)) return problem + credentialsHint;
  const known = nearest(key, ['source', ...Object.keys(table).filter(isInside).map(kebab)]);
  return known === undefined ? problem : say.help.wrong.didYouMean(problem, known);
}

/** Loaded on demand: most runs have no such file. */
function parseToml(text: string): unknown {
  const { parse } = createRequire(import.meta.url)('smol-toml') as typeof import('smol-toml');
  return parse(text);
}

function parseFile(path: string, problems: string[]): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readSmallFile(path).toString();
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    problems.push(say.config.file.unreadable(path, systemText(error, path)));
    return undefined;
  }
  const isJson = /^\s*\{/.test(text);
  try {
    const table: unknown = isJson ? JSON.parse(text) : parseToml(text);
    if (isTable(table)) return table;
    problems.push(say.config.file.noTable(path));
  } catch (error) {
    problems.push(isJson ? jsonProblem(path, text) : tomlProblem(path, error as TomlError));
  }
  return undefined;
}

function jsonProblem(path: string, text: string): string {
  const { line, column, isAtEnd } = jsonErrorPlace(text);
  return isAtEnd ? say.config.file.jsonEnd(path, line) : say.config.file.json(path, line, column);
}

/** Only the first line of its message says what is wrong. The lines after it show the text of the file. */
function tomlProblem(path: string, { line, column, message }: TomlError): string {
  const why = message.split('\n', 1)[0]!.replace('Invalid TOML document: ', '');
  return say.config.file.toml(path, line, column, why);
}

function profileOf(
  profiles: unknown,
  name: string,
  { path, problems }: { path: string; problems: string[] },
): Record<string, unknown> {
  const found = isTable(profiles) && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (isTable(found)) return found;
  const known = isTable(profiles) ? Object.keys(profiles) : [];
  problems.push(say.config.file.noProfile(path, JSON.stringify(name), known));
  return {};
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}
