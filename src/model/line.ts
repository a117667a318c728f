/**
 * One input line → an entry, or the reason why it is invalid. Known fields are checked strictly; unknown fields are
 * ignored.
 */
import type { ErrorCode } from '../errors.js';
import { say } from '../texts/say.js';
import { bareEtag, isObjectSize, isStorageClass, md5OfHex, type ObjectEntry } from './entry.js';
import { badForm, NUL_REASON } from './forms/bad-forms.js';
import { CONTENT_REASONS } from './reasons.js';
import type { Scope } from './scope.js';
import { parseIsoTime } from './time.js';
import { withoutSecrets } from './urls/url-secrets.js';

/** A line that cannot be used. Sluice keeps it, so that the user can see and fix it. */
export interface BadLine {
  /** The original line (cut to {@link MAX_KEPT_LINE} characters). */
  readonly text: string;
  readonly reason: string;
}

/** The failures file keeps this many characters of a bad line: enough to recognise it. */
export const MAX_KEPT_LINE = 4_096;

/**
 * A scope that an earlier run could not list, as its failures file names it: `{"key":…,"type":"folder",…}`, or
 * `"type":"scope"` with its text as the key.
 */
export interface ScopeLine {
  readonly scope: Scope;
}

export type InputLine = ObjectEntry | BadLine | ScopeLine;

export function isBadLine(line: InputLine): line is BadLine {
  return 'reason' in line;
}

export function isScopeLine(line: InputLine): line is ScopeLine {
  return 'scope' in line;
}

export function badLine(text: string, reason: string): BadLine {
  return { text: text.slice(0, MAX_KEPT_LINE), reason };
}

/**
 * Parses `{"key":…,"size":…,"mtime":…,"etag":…}`, a JSON string, or a bare key; undefined for an empty line. A bare key
 * in an unlikely form is a bad line; as the `key` of JSON it is accepted. A line of Sluice's failures file that records
 * a bad line stays that bad line, so a retry of that file never sends a request for it.
 */
export function parseLine(line: string): InputLine | undefined {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (text === '') return undefined;
  const first = text[0];
  if (first === '{') return parseObject(text);
  // Blanks are part of a bare key, but hardly ever of a line with JSON after them.
  const begin = text.trimStart()[0];
  if (begin === '{' && isJson(text)) return parseObject(text.trim());
  if (begin === '[' && isJson(text)) return badLine(text, 'a JSON array; write {"key":…}, or that text as its key');
  // `jq .key` without -r prints quoted keys; the key is the content of the string.
  if (begin === '"' && isJson(text)) return { key: JSON.parse(text) as string };
  if (badForm(text) === undefined) return { key: text };
  const bare = withoutLogin(text);
  return badLine(bare, badForm(bare)!);
}

/**
 * Before the host of a URL: a user and a password. The password may hold a slash although it must not: then what follows the
 * first colon is no port.
 */
const LOGIN = /^(\s*[a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@|[^/?#]*:(?!\d*(?:[/?#]|$)).*@)/i;

function withoutLogin(text: string): string {
  return text.replace(LOGIN, '$1…@');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseObject(text: string): InputLine {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    return badLine(withoutSecrets(text), text.includes('\0') ? NUL_REASON : 'not valid JSON');
  }
  const { key, size, mtime, etag, md5, storageClass } = value;
  if (typeof key !== 'string') return badLine(withoutSecrets(text), 'no "key", or one that is not a string');
  if (value.code === 'ERR_BAD_LINE') return reread(key, value.error);
  if (SCOPE_CODES.has(value.code) && value.type === 'folder') return { scope: key };
  if (SCOPE_CODES.has(value.code) && value.type === 'scope') return { scope: { text: key } };
  // A listed name that no request can name. A request for the rest of the name would find nothing.
  if (value.type === 'name') return badLine(text, `a name that cannot be fetched: ${value.error}`);
  if (key === '') return badLine(text, 'the key is empty');
  if (size != null && !isObjectSize(size))
    return badLine(text, '"size" is not a whole number of bytes that an object can have');
  const mtimeMs = mtime == null ? undefined : parseMtime(mtime);
  if (Number.isNaN(mtimeMs)) return badLine(text, '"mtime" is not an ISO 8601 time');
  if (etag != null && typeof etag !== 'string') return badLine(text, '"etag" is not a string');
  if (md5 != null && (typeof md5 !== 'string' || md5OfHex(md5) === undefined)) return badLine(text, '"md5" is no MD5');
  const entry: { -readonly [Name in keyof ObjectEntry]: ObjectEntry[Name] } = {
    key,
    size: size ?? undefined,
    mtimeMs,
    etag: etag == null ? undefined : bareEtag(etag),
  };
  if (md5 != null) entry.md5 = md5OfHex(md5);
  if (isStorageClass(storageClass)) entry.storageClass = storageClass;
  if (CONTENT_REASONS.has(value.reason)) entry.isWrong = true;
  if (value.reason === 'gone' || value.reason === 'extra') entry.absence = value.reason;
  return entry;
}

/** Codes of a scope that could not be listed, and of a folder that is gone. */
const SCOPE_CODES: ReadonlySet<unknown> = new Set<ErrorCode>(['ERR_LISTING', 'ERR_NOT_FOUND']);

/** A recorded bad line stays bad even if its text looks like a key now (it may have been cut, or was not UTF-8). */
function reread(text: string, error: unknown): BadLine {
  const again = parseLine(text);
  return again && isBadLine(again) ? again : badLine(text, recordedReason(error) ?? 'a bad line');
}

/** The reason in the error that the failures file has of a bad line: what says so comes before it once more. */
export function recordedReason(error: unknown): string | undefined {
  if (typeof error !== 'string') return undefined;
  const before = say.sources.objects.badLine('');
  return error.startsWith(before) ? error.slice(before.length) : error;
}

function parseMtime(mtime: unknown): number {
  return typeof mtime === 'string' ? parseIsoTime(mtime) : Number.NaN;
}
