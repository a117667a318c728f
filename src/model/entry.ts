/** An object as a listing or an input line names it, and its form as a line of NDJSON. */

import { safeJson } from './json.js';

/** One object of the bucket. Only the key is always known; a bare key line has nothing else. */
export interface ObjectEntry {
  /** Relative to SOURCE, no leading slash. */
  readonly key: string;
  /** Bytes. */
  readonly size?: number | undefined;
  /** Milliseconds since 1970, UTC. */
  readonly mtimeMs?: number | undefined;
  /** As sent by the server, without quotes or `W/`. */
  readonly etag?: string | undefined;
  /** Fetch it even if a file exists: a comparison found its content wrong. */
  readonly isWrong?: boolean | undefined;
  /** An earlier run did not find it at the source, or found it only on a disk. A 404 is then expected. */
  readonly absence?: Absence | undefined;
  /** MD5 of the content from a manifest, lower-case hex. */
  readonly md5?: string | undefined;
}

/** No store accepts a larger object (Amazon S3: 50 TB). A job would wait for ever for a disk of that size. */
export const MAX_OBJECT_BYTES = 100e12;

export function isObjectSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_OBJECT_BYTES;
}

/** From the `reason` of its line. */
export type Absence = 'gone' | 'extra';

/** Prints an entry in the documented form: `{"key":…,"size":…,"mtime":…,"etag":…}`, without a line feed. */
export function entryToLine(entry: ObjectEntry): string {
  let line = `{"key":${safeJson(entry.key)}`;
  if (entry.size !== undefined) line += `,"size":${entry.size}`;
  if (entry.mtimeMs !== undefined) line += `,"mtime":"${new Date(entry.mtimeMs).toISOString()}"`;
  if (entry.etag !== undefined) line += `,"etag":${safeJson(entry.etag)}`;
  if (entry.isWrong) line += ',"reason":"digest"';
  else if (entry.absence) line += `,"reason":"${entry.absence}"`;
  if (entry.md5 !== undefined) line += `,"md5":"${entry.md5}"`;
  return `${line}}`;
}

/** An ETag without the weak prefix and the quotes (RFC 9110, 8.8.3). */
export function bareEtag(etag: string): string {
  const quoted = etag.startsWith('W/') ? etag.slice(2) : etag;
  const isQuoted = quoted.length >= 2 && quoted.startsWith('"') && quoted.endsWith('"');
  return isQuoted ? quoted.slice(1, -1) : quoted;
}

const MD5_HEX = /^[0-9a-f]{32}$/i;

/** A text in the form of an MD5 in lower case, or undefined for another form. Whether an ETag is an MD5 only its source knows. */
export function md5OfHex(text: string | undefined): string | undefined {
  return text !== undefined && MD5_HEX.test(text) ? text.toLowerCase() : undefined;
}
