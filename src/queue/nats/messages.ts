/** What travels: parts and folders as messages, and their names, by which everybody knows them. */
import { createHash } from 'node:crypto';
import { ERROR_CODES, type ErrorCode, TransferError } from '../../errors.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { BadLine } from '../../model/line.js';
import type { Part, Reject, RejectKind } from '../../model/part.js';

/** A page to be listed. */
export interface FolderMessage {
  /** Key of the folder, '' for SOURCE. */
  readonly directory: string;
  /** Undefined for its first page. */
  readonly cursor: string | undefined;
  /** Which walk of the listing it belongs to: 0, or the number of an audit. */
  readonly walk: number;
}

/** The objects of a part, without what only one process knows of it. */
export interface PartContent {
  readonly key: string;
  readonly entries: readonly ObjectEntry[];
  readonly rejects: readonly Reject[];
  readonly badLines: readonly BadLine[];
}

type EntryRow = [
  key: string,
  size?: number | null,
  mtimeMs?: number | null,
  etag?: string | null,
  md5?: string | null,
  isWrong?: 1,
];
type RejectRow = [entry: EntryRow, kind: RejectKind, code: ErrorCode, message: string, attempts: number];

/** 96 bits: among a billion pages two of the same name are as likely as one in 10^11. */
function nameOf(...texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('base64url').slice(0, 16);
}

/** The same for whoever lists that page. */
export function pageName({ directory, cursor }: Pick<FolderMessage, 'directory' | 'cursor'>): string {
  return cursor === undefined ? nameOf(directory) : nameOf(directory, cursor);
}

/** The parts of a page by their place in it, so that a page that is listed again has the same ones. */
export function partNameIn(page: string, index: number): string {
  return `${page}.${index}`;
}

/** Of parts that come from an input: the same lines are the same part, whoever feeds them. */
export function partNameOf(part: Part): string {
  return `in.${nameOf(encodePart({ ...part, key: '' }))}`;
}

export function encodeFolder({ directory, cursor, walk }: FolderMessage): string {
  return JSON.stringify({ d: directory, ...(cursor !== undefined && { c: cursor }), ...(walk > 0 && { w: walk }) });
}

export function decodeFolder(data: Uint8Array): FolderMessage {
  const { d, c, w = 0 } = read(data) as { d?: unknown; c?: unknown; w?: unknown };
  const isRight = typeof d === 'string' && (c === undefined || typeof c === 'string') && Number.isSafeInteger(w);
  if (!isRight) throw unreadable();
  return { directory: d, cursor: c as string | undefined, walk: w as number };
}

/** It becomes the name of a file, and the key of a table. */
const PART_NAME = /^[\w-]{1,32}\.[\w-]{1,32}$/;

/** How deep a folder lies: deeper ones are listed first. */
export function depthOf(directory: string): number {
  if (directory === '') return 0;
  let depth = 1;
  for (let at = directory.indexOf('/'); at !== -1; at = directory.indexOf('/', at + 1)) depth++;
  return depth;
}

export function encodePart({ key, entries, rejects, badLines }: PartContent): string {
  return JSON.stringify({
    k: key,
    e: entries.map(rowOf),
    ...(rejects.length > 0 && { r: rejects.map(rejectRowOf) }),
    ...(badLines.length > 0 && { b: badLines.map(({ text, reason }) => [text, reason]) }),
  });
}

export function decodePart(data: Uint8Array): PartContent {
  const { k, e, r = [], b = [] } = read(data) as { k?: unknown; e?: unknown; r?: unknown; b?: unknown };
  if (typeof k !== 'string' || !PART_NAME.test(k) || !Array.isArray(e) || !Array.isArray(r) || !Array.isArray(b))
    throw unreadable();
  try {
    return {
      key: k,
      entries: e.map(entryOf),
      rejects: r.map(rejectOf),
      badLines: b.map(([text, reason]: [string, string]) => ({ text: String(text), reason: String(reason) })),
    };
  } catch {
    throw unreadable();
  }
}

function rowOf({ key, size, mtimeMs, etag, md5, isWrong }: ObjectEntry): EntryRow {
  const row: unknown[] = [key, size ?? null, mtimeMs ?? null, etag ?? null, md5 ?? null];
  if (isWrong) row.push(1);
  else while (row.at(-1) === null) row.pop();
  return row as EntryRow;
}

function entryOf([key, size, mtimeMs, etag, md5, isWrong]: EntryRow): ObjectEntry {
  if (typeof key !== 'string') throw unreadable();
  return {
    key,
    size: numberOf(size),
    mtimeMs: numberOf(mtimeMs),
    etag: textOf(etag),
    ...(typeof md5 === 'string' && { md5 }),
    ...(isWrong === 1 && { isWrong: true }),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function rejectRowOf({ entry, kind, error, attempts = 0 }: Reject): RejectRow {
  return [rowOf(entry), kind, error.code, error.message, attempts];
}

function rejectOf([entry, kind, code, message, attempts]: RejectRow): Reject {
  if (!Object.hasOwn(ERROR_CODES, code)) throw unreadable();
  return { entry: entryOf(entry), kind, error: new TransferError(code, String(message)), attempts };
}

function read(data: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    if (value !== null && typeof value === 'object') return value;
  } catch {
    // Said below.
  }
  throw unreadable();
}

function unreadable(): TransferError {
  return new TransferError(
    'ERR_QUEUE',
    'a message in the queue is none of ours: another program writes to these streams, or another version of Sluice; remove the job and begin it anew',
  );
}
