/**
 * Every key has a path below DIR. A segment of the key that is a plain name stays as it is. Any other segment becomes
 * `%~` and its escaped text, or, if that is too long for a file system, its beginning and a hash.
 *
 *     a/b.jpg              a/b.jpg
 *     a//../b              a/%~/%~%2E%2E/b
 *     .sluice/%~x          %~.sluice/%~%25~x
 *     a name of 300 bytes  %~<its beginning>%~h<hash>.jpg
 *     a path of 4,000      %~%~p<hash>.jpg
 *     a file and a folder  %~a%~f, where a folder stands in its place; %~a%~d/b, where a file does
 *     b, where B is        %~b%~c<hash>, on a disk that takes both for the same name
 *     a:b                  %~a%3Ab, on a disk that does not take the colon
 *
 * No two keys share a path. An escaped text never contains `%~`, so the letter after a second `%~` in a name (h, p, f,
 * d, c) shows how the name was made. name-rules says how a disk treats names; a hash keeps names apart on every disk.
 */
import { createHash } from 'node:crypto';
import { STATE_FOLDER } from '../key.js';
import { type NameRules, PLAIN_RULES } from './name-rules.js';

/** `escape`: every key has a path (above). `refuse`: the path is the key itself, and a clash is an error. */
export type NameMode = 'escape' | 'refuse';

/** Starts each name that differs from the key's segment, and each of the endings below. */
const MARKER = '%~';
const HASHED_NAME = `${MARKER}h`;
const HASHED_PATH = `${MARKER}p`;
/** Ending of a file's name if a folder has that name. */
const AS_FILE = `${MARKER}f`;
/** Ending of a folder's name if a file has that name. */
const AS_FOLDER = `${MARKER}d`;
/** Ending of a file's name if the disk treats another file's name as equal. */
const AS_OTHER = `${MARKER}c`;

/** Linux's PATH_MAX is 4,096 with DIR and the final NUL: this leaves 1 kB for DIR. */
export const MAX_PATH_BYTES = 3_072;
/** A UTF-16 unit has at most three bytes of UTF-8, so a shorter text needs no counting. */
const MAX_BYTES_A_UNIT = 3;

/** 160 bits: with 300 million names the probability of two equal hashes is less than 1 in 10^31. */
const HASH_DIGITS = 40;
/** The rest of `%25` or `%uD83D` after a cut. */
const HALF_ESCAPE = /%(?:u.{0,3}|.?)$/;
const SHORT_EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/** Files and folders on the disk that block a key's path; a key can be a file and a folder at once. */
export interface Clashes {
  /** Indexes of the key's segments, except the last, where a file has the folder's name; others are ignored. */
  readonly folders: readonly number[];
  /** Whether a folder has the file's name. */
  readonly isFile: boolean;
  /** Whether another object's file has a name that the disk treats as equal. @default false */
  readonly isOther?: boolean;
}

/**
 * A key's path below DIR, with slashes: relative, of plain names that the disk accepts and that fit it, up to {@link
 * MAX_PATH_BYTES} in total, outside of Sluice's own directory. Distinct keys have distinct paths.
 */
export function pathOf(key: string, rules: NameRules = PLAIN_RULES): string {
  return isOwnPath(key, rules) ? key : clashPath(key, { folders: [], isFile: false }, rules);
}

/**
 * A key's path if others block it; without a clash the result of {@link pathOf}. No other key has this path, and this
 * key has it for these clashes only. A path that is too long even for {@link pathOf} is one name at the top, for all
 * clashes.
 */
export function clashPath(key: string, clashes: Clashes, rules: NameRules = PLAIN_RULES): string {
  const { folders, isFile, isOther = false } = clashes;
  const segments = key.split('/');
  const last = segments.length - 1;
  const marks = segments.map((_, index) => {
    if (index === last) return isOther ? AS_OTHER : isFile ? AS_FILE : '';
    return folders.includes(index) ? AS_FOLDER : '';
  });
  const texts = segments.map((segment) => escapeText(segment, rules));
  const text = texts.map((one, index) => one + marks[index]).join('/');
  const plainPath = segments.map((segment, index) => nameOf(segment, index === 0, '', rules)).join('/');
  const names = segments.map((segment, index) => nameOf(segment, index === 0, marks[index]!, rules));
  if (isOther) names[last] = hashedName(segments[last]!, texts[last]!, AS_OTHER + hashOf(text), rules);
  const path = names.join('/');
  // A mark can turn a long name into a hashed and shorter one, so the marked path alone does not tell.
  if (!isLonger(plainPath, MAX_PATH_BYTES) && !isLonger(path, MAX_PATH_BYTES)) return path;
  return MARKER + HASHED_PATH + hashOf(text) + extensionOf(key);
}

/**
 * The key with this path; undefined if it cannot be read back, or if neither {@link pathOf} nor {@link clashPath} makes
 * this path.
 */
export function keyOf(path: string, rules: NameRules = PLAIN_RULES): string | undefined {
  if (isOwnPath(path, rules)) return path;
  const names = path.split('/').map(readName);
  const key = names.map(({ segment }) => segment).join('/');
  const folders = names.flatMap(({ mark }, index) => (mark === AS_FOLDER ? [index] : []));
  const { mark } = names.at(-1)!;
  // Reading is lenient. The check is that writing gives the same path again.
  const again = clashPath(key, { folders, isFile: mark === AS_FILE, isOther: mark === AS_OTHER }, rules);
  return again === path ? key : undefined;
}

/** Runs for each object: it allocates nothing, and the engine's own code scans the characters. */
function isOwnPath(key: string, rules: NameRules): boolean {
  if (!hasPlainCharacters(key) || !rules.takes(key)) return false;
  let start = 0;
  while (start <= key.length) {
    let end = key.indexOf('/', start);
    if (end === -1) end = key.length;
    if (!isPlainName(key, start, end, start === 0, rules)) return false;
    start = end + 1;
  }
  return !isLonger(key, MAX_PATH_BYTES);
}

function hasPlainCharacters(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Whether the characters of text[start, end) allow it as a name; ignores its length. */
function isPlainName(text: string, start: number, end: number, isFirst: boolean, rules: NameRules): boolean {
  const length = end - start;
  if (length === 0) return false;
  if (length <= 2 && text.startsWith(length === 1 ? '.' : '..', start)) return false;
  if (text.startsWith(MARKER, start) && length >= MARKER.length) return false;
  if (isFirst && isStateFolder(text, start, end, rules)) return false;
  return length * MAX_BYTES_A_UNIT <= rules.nameBytes || !isLonger(text.slice(start, end), rules.nameBytes);
}

/** Whether a text has more UTF-8 bytes than a limit. */
function isLonger(text: string, limitBytes: number): boolean {
  return text.length * MAX_BYTES_A_UNIT > limitBytes && Buffer.byteLength(text) > limitBytes;
}

function isStateFolder(text: string, start: number, end: number, rules: NameRules): boolean {
  if (rules.folding !== undefined) return rules.fold(text.slice(start, end)) === rules.fold(STATE_FOLDER);
  return end - start === STATE_FOLDER.length && text.startsWith(STATE_FOLDER, start);
}

/** One segment of a key → its name on the disk, with the mark of its clash, if any. */
function nameOf(segment: string, isFirst: boolean, mark: string, rules: NameRules): string {
  const isTaken = hasPlainCharacters(segment) && rules.takes(segment);
  if (isTaken && mark === '' && isPlainName(segment, 0, segment.length, isFirst, rules)) return segment;
  const text = escapeText(segment, rules);
  const name = MARKER + text + mark;
  return isLonger(name, rules.nameBytes) ? hashedName(segment, text, HASHED_NAME + hashOf(text), rules) + mark : name;
}

/** Leaves room for a mark, so that the name begins the same with and without it. */
function hashedName(segment: string, text: string, hash: string, { nameBytes }: NameRules): string {
  const ending = hash + extensionOf(segment);
  return MARKER + beginningOf(text, nameBytes - MARKER.length - ending.length - AS_FILE.length) + ending;
}

/** As much of an escaped text as fits, cut between characters and between escapes. */
function beginningOf(text: string, limitBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(limitBytes));
  return text.slice(0, read).replace(HALF_ESCAPE, '');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}

function extensionOf(text: string): string {
  return SHORT_EXTENSION.exec(text)?.[0] ?? '';
}

/** `%25`, `%00`, `%uD83D` for a lone surrogate; the whole `.` and `..` as `%2E` and `%2E%2E`. Well-formed, without `%~`. */
function escapeText(segment: string, { escaped }: NameRules): string {
  if (segment === '.' || segment === '..') return escapeUnits(segment);
  return segment.replace(escaped, escapeUnits);
}

function escapeUnits(units: string): string {
  let text = '';
  for (let index = 0; index < units.length; index++) {
    const code = units.charCodeAt(index);
    const hex = code.toString(16).toUpperCase();
    text += code > 0xff ? `%u${hex.padStart(4, '0')}` : `%${hex.padStart(2, '0')}`;
  }
  return text;
}

function unescapeText(text: string): string {
  return text.replace(/%(?:u([0-9A-F]{4})|([0-9A-F]{2}))/g, (_, unit?: string, byte?: string) =>
    String.fromCharCode(Number.parseInt(unit ?? byte ?? '', 16)),
  );
}

/** A name on the disk → the segment that it seems to have, and its mark. */
function readName(name: string): { segment: string; mark: string } {
  if (!name.startsWith(MARKER)) return { segment: name, mark: '' };
  const text = name.slice(MARKER.length);
  const other = text.indexOf(AS_OTHER);
  if (other !== -1) return { segment: unescapeText(text.slice(0, other)), mark: AS_OTHER };
  const mark = [AS_FILE, AS_FOLDER].find((ending) => text.endsWith(ending)) ?? '';
  return { segment: unescapeText(text.slice(0, text.length - mark.length)), mark };
}
