/** The messages for batches and folders, and the names that all machines give them. */
import { createHash } from 'node:crypto';
import { ERROR_CODES, type ErrorCode, TransferError } from '../../../errors.js';
import type { Batch, Reject, RejectKind } from '../../../model/batch.js';
import { type Absence, isObjectSize, isStorageClass, md5OfHex, type ObjectEntry } from '../../../model/entry.js';
import { MAX_DIRECTORY_BYTES } from '../../../model/key.js';
import type { BadLine } from '../../../model/line.js';
import { ALL, folderOf, type Scope } from '../../../model/scope.js';
import { MAX_DATE_MS } from '../../../model/time.js';
import { say, type Texts } from '../../../texts/say.js';
import { isCount } from './forms.js';

/** A page to list. */
export interface FolderMessage {
  readonly scope: Scope;
  /** Undefined for the first page. */
  readonly cursor: string | undefined;
  /** The listing pass: 0, or the number of an audit. */
  readonly pass: number;
}

/** The objects of a batch, without the state that only one process has. */
export interface BatchContent {
  readonly key: string;
  readonly entries: readonly ObjectEntry[];
  readonly rejects: readonly Reject[];
  readonly badLines: readonly BadLine[];
}

/** What an input line also says of an object: 1 its content is wrong, 2 it was gone, 3 it exists only on a disk. */
type Mark = 1 | 2 | 3;
const MARK_OF: Record<Absence, Mark> = { gone: 2, extra: 3 };

type EntryRow = [
  key: string,
  size?: number | null,
  mtimeMs?: number | null,
  etag?: string | null,
  md5?: string | null,
  mark?: Mark | null,
  /** Older versions do not read it. */
  storageClass?: string,
];
type RejectRow = [entry: EntryRow, kind: RejectKind, code: ErrorCode, message: string, attempts: number];

/** 96 bits: among a billion pages, the chance that two have the same name is about 10^-11. */
function nameOf(...texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('base64url').slice(0, 16);
}

/** The same on every machine that lists the page. */
export function pageName({ scope, cursor }: Pick<FolderMessage, 'scope' | 'cursor'>): string {
  // A page of a folder has one text or two, so that no name is both.
  const texts = typeof scope === 'string' ? [scope] : ['', 'scope', scope.text];
  return cursor === undefined ? nameOf(...texts) : nameOf(...texts, cursor);
}

/** Names a batch by its place in the page, so that a page listed again has the same batches. */
export function batchNameIn(page: string, index: number): string {
  return `${page}.${index}`;
}

/** Names the batch that reports a page that could not be listed. */
export function failureNameIn(page: string): string {
  return `${page}.failure`;
}

/** Names a batch of an input: the same lines are the same batch, from any feeder. */
export function batchNameOf(batch: Batch): string {
  // Older versions send no storage class, and the batch is the same one.
  const entries = batch.entries.map((entry) => (entry.storageClass ? { ...entry, storageClass: undefined } : entry));
  return `${INPUT}.${nameOf(encodeBatch({ ...batch, key: '', entries }))}`;
}

export function isInputBatch(name: string): boolean {
  return name.startsWith(`${INPUT}.`);
}

const INPUT = 'in';

/** A folder is text in `d`, a scope of another kind is `{"text":…}`. */
export function encodeFolder({ scope, cursor, pass }: FolderMessage): string {
  return JSON.stringify({ d: scope, ...(cursor !== undefined && { c: cursor }), ...(pass > 0 && { w: pass }) });
}

/**
 * Throws ERR_QUEUE for a message that no listing can produce; above all for a bad cursor, because it goes into a
 * header.
 */
export function decodeFolder(data: Uint8Array): FolderMessage {
  const { d, c, w = 0 } = read(data) as { d?: unknown; c?: unknown; w?: unknown };
  const scope = scopeIn(d);
  if (scope === undefined) throw unreadable('folder');
  if (c !== undefined && (typeof c !== 'string' || !CURSOR.test(c))) throw unreadable('cursor');
  if (!isCount(w)) throw unreadable('pass');
  return { scope, cursor: c, pass: w };
}

function scopeIn(d: unknown): Scope | undefined {
  const text = typeof d === 'object' && d !== null && 'text' in d ? d.text : d;
  if (typeof text !== 'string' || !text.isWellFormed() || Buffer.byteLength(text) > MAX_DIRECTORY_BYTES)
    return undefined;
  return text === d ? text : { text };
}

/** The characters of a header: no control characters (RFC 9110, 5.5). */
const CURSOR = /^[\x20-\x7e\x80-\xff]{0,65536}$/;

/** A batch name becomes the name of a file, and the key of a table. */
export const BATCH_NAME = /^[\w-]{1,32}\.[\w-]{1,32}$/;

/** Depth of a scope, 0 for SOURCE: deeper ones are listed first. Only folders lie in each other. */
export function depthOf(scope: Scope): number {
  if (scope === ALL) return 0;
  let depth = 1;
  const directory = folderOf(scope) ?? '';
  for (let at = directory.indexOf('/'); at !== -1; at = directory.indexOf('/', at + 1)) depth++;
  return depth;
}

export function encodeBatch({ key, entries, rejects, badLines }: BatchContent): string {
  return JSON.stringify({
    k: key,
    e: entries.map(rowOf),
    ...(rejects.length > 0 && { r: rejects.map(rejectRowOf) }),
    ...(badLines.length > 0 && { b: badLines.map(({ text, reason }) => [text, reason]) }),
  });
}

/** Throws ERR_QUEUE for a message that no listing and no input line can produce. */
export function decodeBatch(data: Uint8Array): BatchContent {
  const { k, e, r = [], b = [] } = read(data) as { k?: unknown; e?: unknown; r?: unknown; b?: unknown };
  if (typeof k !== 'string' || !BATCH_NAME.test(k)) throw unreadable('batchName');
  if (!Array.isArray(e) || !Array.isArray(r) || !Array.isArray(b)) throw unreadable('objects');
  return { key: k, entries: e.map(entryOf), rejects: r.map(rejectOf), badLines: b.map(badLineOf) };
}

function rowOf({ key, size, mtimeMs, etag, md5, isWrong, absence, storageClass }: ObjectEntry): EntryRow {
  const mark = isWrong ? 1 : absence && MARK_OF[absence];
  const row = [key, size, mtimeMs, etag, md5, mark, storageClass].map((value) => value ?? null);
  while (row.at(-1) === null) row.pop();
  return row as EntryRow;
}

function entryOf(row: unknown): ObjectEntry {
  if (!Array.isArray(row)) throw unreadable('entry');
  const [key, size, mtimeMs, etag, md5, mark, storageClass] = row as unknown[];
  // A key that no request can name fails later as a single object, as in a listing.
  if (typeof key !== 'string') throw unreadable('key');
  if (size != null && !isCount(size)) throw unreadable('size');
  if (mtimeMs != null && !isTime(mtimeMs)) throw unreadable('time');
  if (etag != null && typeof etag !== 'string') throw unreadable('etag');
  if (md5 != null && (typeof md5 !== 'string' || md5OfHex(md5) !== md5)) throw unreadable('md5');
  return {
    key,
    // An older version may have listed a size that no object has.
    size: isObjectSize(size) ? size : undefined,
    mtimeMs: mtimeMs ?? undefined,
    etag: etag ?? undefined,
    ...(md5 != null && { md5 }),
    ...(mark === 1 && { isWrong: true }),
    ...(mark === MARK_OF.gone && { absence: 'gone' as const }),
    ...(mark === MARK_OF.extra && { absence: 'extra' as const }),
    // (It only says more of a refusal.)
    ...(isStorageClass(storageClass) && { storageClass }),
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= MAX_DATE_MS;
}

function badLineOf(row: unknown): BadLine {
  if (!Array.isArray(row) || row.some((text) => typeof text !== 'string')) throw unreadable('line');
  const [text = '', reason = ''] = row as string[];
  return { text, reason };
}

function rejectRowOf({ entry, kind, error, attempts = 0 }: Reject): RejectRow {
  return [rowOf(entry), kind, error.code, error.message, attempts];
}

function rejectOf(row: unknown): Reject {
  const [entry, kind, code, message, attempts] = Array.isArray(row) ? (row as unknown[]) : [];
  if (
    (kind !== 'folder' && kind !== 'scope' && kind !== 'name') ||
    typeof code !== 'string' ||
    !isErrorCode(code) ||
    !isCount(attempts)
  )
    throw unreadable('reject');
  return { entry: entryOf(entry), kind, error: new TransferError(code, String(message)), attempts };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

function read(data: Uint8Array): unknown {
  if (data.length === 0) throw unreadable('empty');
  try {
    const value: unknown = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    if (value !== null && typeof value === 'object') return value;
  } catch {
    throw unreadable('json');
  }
  throw unreadable('object');
}

/** The message says what is wrong, but quotes nothing from the data. */
function unreadable(why: keyof Texts['queue']['unreadable']): TransferError {
  return new TransferError('ERR_QUEUE', say.queue.unreadable[why]);
}
