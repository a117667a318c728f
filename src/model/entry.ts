/** An object as a listing or an input line names it, and its form as a line of NDJSON. */

import { safeJson, safeText } from './json.js';
import { isoTime } from './time.js';
import { listedHeaders } from './urls/url-headers.js';
import type { UrlTarget } from './urls/url-target.js';

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
  /** Where the store keeps it, as the listing says it, if that is not the usual place (S3: STANDARD). */
  readonly storageClass?: string | undefined;
  /** Where the request goes, for an object of a list of URLs. @default where SOURCE says */
  readonly target?: UrlTarget | undefined;
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
  let line = `{"key":${safeText(entry.key)}`;
  if (entry.size !== undefined) line += `,"size":${entry.size}`;
  if (entry.mtimeMs !== undefined) line += `,"mtime":"${isoTime(entry.mtimeMs)}"`;
  if (entry.etag !== undefined) line += `,"etag":${safeText(entry.etag)}`;
  if (entry.isWrong) line += ',"reason":"digest"';
  else if (entry.absence) line += `,"reason":"${entry.absence}"`;
  if (entry.md5 !== undefined) line += `,"md5":"${entry.md5}"`;
  if (entry.storageClass !== undefined) line += `,"storageClass":${safeJson(entry.storageClass)}`;
  if (entry.target !== undefined) line += targetFields(entry.target);
  return `${line}}`;
}

/** The line can be given to `fetch` again, unless it had a password or a header that may be a secret. */
function targetFields({ url, headers }: UrlTarget): string {
  const { plain, leftOut } = listedHeaders(headers);
  const fields = {
    url,
    ...(Object.keys(plain).length > 0 && { headers: plain }),
    ...(leftOut.length > 0 && { headersLeftOut: leftOut }),
  };
  return `,${safeJson(fields).slice(1, -1)}`;
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

/**
 * In capitals, without underscores. S3, OBS, Qiniu: GLACIER, DEEP_ARCHIVE (GLACIER_IR can be read at once); OSS: Archive,
 * ColdArchive, DeepColdArchive; COS and KS3: ARCHIVE, DEEP_ARCHIVE; TOS: ARCHIVE, COLD_ARCHIVE, DEEP_COLD_ARCHIVE. A listing
 * does not show the archive tiers of INTELLIGENT_TIERING.
 */
const ARCHIVED: ReadonlySet<string> = new Set(['GLACIER', 'DEEPARCHIVE', 'ARCHIVE', 'COLDARCHIVE', 'DEEPCOLDARCHIVE']);

/** What the listing calls the class of an archived object. It may have been restored since. Undefined = not archived. */
export function archivedClass({ storageClass }: Pick<ObjectEntry, 'storageClass'>): string | undefined {
  const isArchived = storageClass !== undefined && ARCHIVED.has(storageClass.toUpperCase().replaceAll('_', ''));
  return isArchived ? storageClass : undefined;
}

/** A class as a listing or a line may name it. */
export function isStorageClass(value: unknown): value is string {
  return typeof value === 'string' && /^\w{1,64}$/.test(value);
}
