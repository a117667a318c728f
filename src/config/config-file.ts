/** `--config FILE`: options as TOML or JSON. `--profile NAME` selects a profile. */
import { createRequire } from 'node:module';
import { isShortOfFiles } from '../errors.js';
import { readSmallFile, TooLargeError } from '../lib/files/small-file.js';
import { kebab } from '../model/options/option.js';
import type { Scheme } from '../sources/scheme.js';
import { optionTable } from './options/table.js';

/** Option → value in the file, in the form of the command line. `source` is the SOURCE of list, mirror and verify. */
export type FileValues = Readonly<Record<string, string | string[] | undefined>>;

/** These options select the file and its profile. */
const NOT_INSIDE: ReadonlySet<string> = new Set(['config', 'profile']);

/** A problem never repeats a value: it could be a password. */
export function readConfigFile(
  path: string,
  { profile, problems, schemes }: { profile: string | undefined; problems: string[]; schemes: readonly Scheme[] },
): FileValues {
  const names = namesOf(schemes);
  const secrets = new Set(schemes.flatMap(({ secretNames }) => secretNames));
  const table = parseFile(path, problems);
  const { profiles, ...common } = table;
  const chosen = profile === undefined ? {} : profileOf(profiles, profile, { path, problems });
  const values: Record<string, string | string[]> = {};
  for (const [key, value] of Object.entries({ ...common, ...chosen })) {
    const name = names.get(key);
    const written = textOf(value);
    if (name === undefined)
      problems.push(
        `${path}: unknown option ${JSON.stringify(key.slice(0, 40))}${secrets.has(key) ? CREDENTIALS_HINT : ''}`,
      );
    else if (written === undefined)
      problems.push(`${path}: ${key} has to be a text, a number, true or false, or a list of texts`);
    else values[name] = written;
  }
  return values;
}

/** Key in the file → option, of any scheme. */
function namesOf(schemes: readonly Scheme[]): ReadonlyMap<string, string> {
  const inside = Object.keys(optionTable(schemes)).filter((name) => !NOT_INSIDE.has(name));
  return new Map([['source', 'source'], ...inside.map((name) => [kebab(name), name] as const)]);
}

const CREDENTIALS_HINT = ': credentials come from the environment, or from a file that `credentials` names';

/** Loaded on demand: most runs have no such file. */
function parseToml(text: string): unknown {
  const { parse } = createRequire(import.meta.url)('smol-toml') as typeof import('smol-toml');
  return parse(text);
}

function parseFile(path: string, problems: string[]): Record<string, unknown> {
  let text: string;
  try {
    text = readSmallFile(path).toString();
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    problems.push(`--config: ${error instanceof TooLargeError ? `${path}: ` : ''}${(error as Error).message}`);
    return {};
  }
  try {
    const table: unknown = /^\s*\{/.test(text) ? JSON.parse(text) : parseToml(text);
    if (isTable(table)) return table;
    problems.push(`--config: ${path} has to hold a table of options`);
  } catch (error) {
    // The first line has the position. The lines after it show the text of the file.
    const where = (error as Error).message.split('\n', 1)[0];
    problems.push(`--config: ${path} is neither TOML nor JSON${/^\s*\{/.test(text) ? '' : `: ${where}`}`);
  }
  return {};
}

function profileOf(
  profiles: unknown,
  name: string,
  { path, problems }: { path: string; problems: string[] },
): Record<string, unknown> {
  const found = isTable(profiles) && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (isTable(found)) return found;
  const known = isTable(profiles) ? Object.keys(profiles).join(', ') : 'none';
  problems.push(`--profile: ${path} has no profile ${JSON.stringify(name)}; it has: ${known}`);
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
