/** Takes secrets out of text, whatever message they got into: no message has one, and this holds it for the log file. */

import { safeJson } from '../../model/json.js';

/** Names of variables and fields that hold a secret. */
const SECRET = /pass|secret|token|seed|creds|private/i;
/** Shorter texts would hide half of the log, and are no secrets. */
const MIN_LENGTH = 4;

/** The token of a signed link, as Upyun's CDN takes it. */
const LINK_TOKEN = /(_upt(?:=|%3D))[0-9a-f]{8}\d+/g;

/** Returns a function that replaces the secrets of the environment, and of these values, in a text. */
export function redactor(env: NodeJS.ProcessEnv, ...values: unknown[]): (text: string) => string {
  const secrets = [...secretsOf(env), ...proxyPasswords(env), ...values.flatMap(secretsOf)];
  // As it is, and as JSON and URLs have it. The longest first: a secret may be a part of another one.
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const known = [...new Set(forms)].filter(({ length }) => length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
  const hide = (text: string) =>
    known.reduce((before, secret) => before.replaceAll(secret, '[redacted]'), text).replace(LINK_TOKEN, '$1[redacted]');
  return (line) => {
    const hidden = hide(line);
    if (hidden === line) return line;
    const fields = parsed(line);
    return fields === undefined ? hidden : safeJson(withTexts(fields, hide));
  };
}

/** The fields of a line of JSON; undefined for other text. */
function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Words of Sluice itself: a variable such as `TOKEN_LEVEL=info` must not hide them, nor a `true` or a number. */
const OWN = new Set(['event', 'time', 'level']);

/** The same value with other texts in it. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => withTexts(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, OWN.has(name) ? field : withTexts(field, change)]),
  );
}

/** The texts of secret names, at any depth. */
function secretsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    if (!SECRET.test(name) || /_FILE$/i.test(name)) return secretsOf(field);
    if (field instanceof Uint8Array) return [Buffer.from(field).toString().trim()];
    return typeof field === 'string' ? [field] : secretsOf(field);
  });
}

function proxyPasswords(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (!/_proxy$/i.test(name) || !URL.canParse(value)) return [];
    const { password } = new URL(value);
    return [password, decoded(password)];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
