/** Reads the operator and the password from the environment or a file. Sluice never prints a value from here. */
import { isShortOfFiles } from '../../errors.js';
import { readSecretFile, type SecretFile } from '../../lib/secrets/secret-file.js';
import { bareSecret } from '../../lib/secrets/secret-text.js';
import { say } from '../../texts/say.js';
import type { Credentials } from './settings.js';

export interface CredentialsResult {
  credentials?: Credentials;
  problem?: string;
  /** No warning shows a value. */
  warnings: readonly string[];
}

/** A file named by --credentials wins over the environment. */
export function readCredentials(file: string | undefined, env: NodeJS.ProcessEnv): CredentialsResult {
  if (file !== undefined) return readFile(file);
  const texts = say.sources.upyun.credentials;
  const warnings: string[] = [];
  const read = (name: string) => bareSecret(env[name] ?? '', () => warnings.push(say.sources.stripped(name)));
  const operator = read('UPYUN_OPERATOR');
  const password = read('UPYUN_PASSWORD');
  if (operator && password) return { ...checked({ operator, password }, 'UPYUN_OPERATOR'), warnings };
  const missing = [operator ? '' : 'UPYUN_OPERATOR', password ? '' : 'UPYUN_PASSWORD'].filter(Boolean);
  return { problem: texts.missing(missing.join(` ${texts.and} `)), warnings };
}

function readFile(file: string): CredentialsResult {
  const texts = say.sources.upyun.credentials;
  let found: SecretFile;
  try {
    found = readSecretFile(file);
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    // If the file does not exist, the text may be the credentials themselves. Show it only when it looks like a path.
    const name = file.includes(':') || !/[./]/.test(file) ? '' : ` ${file}`;
    return { problem: texts.noFile(name, String((error as NodeJS.ErrnoException).code)), warnings: [] };
  }
  const warnings: string[] = [];
  const credentials = parseCredentials(found.text, { where: file, warnings });
  if (credentials === undefined) return { problem: texts.form(file), warnings };
  if (found.isOpen) warnings.push(texts.isOpen(file));
  return { ...checked(credentials, `--credentials ${file}`), warnings };
}

/** The operator is part of a header line, and a colon ends it. */
function checked(credentials: Credentials, where: string): Pick<CredentialsResult, 'credentials' | 'problem'> {
  const isUsable = /^[\x21-\x39\x3b-\x7e]+$/.test(credentials.operator);
  return isUsable ? { credentials } : { problem: say.sources.upyun.credentials.badName(where) };
}

/** Reads assignments, JSON, `operator:password`, and two lines. Drops white space around a value, unless the line quotes it. */
export function parseCredentials(
  text: string,
  { where, warnings }: { where: string; warnings: string[] } = { where: '', warnings: [] },
): Credentials | undefined {
  const texts = say.sources.upyun.credentials;
  const trimmed = text.trim();
  const found = trimmed.startsWith('{') ? fromJson(trimmed) : fromLines(trimmed);
  const [operator, password] = (['operator', 'password'] as const).map((name) => {
    const value = found[name];
    if (typeof value !== 'string') return value;
    const inQuotes = found.mayQuote ? /^(["'])(.*)\1\s*$/.exec(value)?.[2] : undefined;
    return inQuotes ?? bareSecret(value, () => warnings.push(say.sources.stripped(texts.inFile(name, where))));
  });
  return typeof operator === 'string' && typeof password === 'string' && operator && password
    ? { operator, password }
    : undefined;
}

interface Found {
  operator?: unknown;
  password?: unknown;
  /** One pair of quotes around a value is not part of it. Quotes inside it are. */
  mayQuote?: boolean;
}

function fromJson(text: string): Found {
  try {
    const value = JSON.parse(text);
    return { operator: value.operator ?? value.UPYUN_OPERATOR, password: value.password ?? value.UPYUN_PASSWORD };
  } catch {
    return {};
  }
}

/** The value is everything after the equals sign, including `#`: a password may hold any character. */
const ASSIGNMENT = /^\s*(?:export\s+)?(?:UPYUN_)?(OPERATOR|PASSWORD)\s*=[ \t]*(.*)$/i;

function fromLines(text: string): Found {
  const lines = text.split(/\r?\n/);
  const found: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = ASSIGNMENT.exec(line) ?? [];
    if (name !== undefined) found[name.toLowerCase()] = value!;
  }
  if (Object.keys(found).length > 0) return { ...found, mayQuote: true };
  if (lines.length === 2) return { operator: lines[0]!.trim(), password: lines[1]! };
  const colon = text.indexOf(':');
  return lines.length === 1 && colon > 0 ? { operator: text.slice(0, colon), password: text.slice(colon + 1) } : {};
}
