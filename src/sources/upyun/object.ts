/** Reads an object's headers: whether the answer can be the object, and what its body must be. */
import type { IncomingHttpHeaders } from 'node:http';
import { type ErrorCode, TransferError } from '../../errors.js';
import { contentLength } from '../../lib/http1/framing.js';
import { bareEtag, md5OfHex } from '../../model/entry.js';
import { parseHttpDate } from '../../model/time.js';

export interface ObjectHeaders {
  readonly size: number | undefined;
  /** Lower-case hex. */
  readonly md5: string | undefined;
  readonly etag: string | undefined;
  readonly lastModifiedMs: number | undefined;
}

/** Reads the constraints on the body. The ETag may not be about an `isVariant` body. */
export function readObjectHeaders(headers: IncomingHttpHeaders, isVariant: boolean): ObjectHeaders {
  const sentEtag = single(headers.etag);
  const etag = sentEtag === undefined ? undefined : plainEtag(bareEtag(sentEtag));
  const lastModifiedMs = parseHttpDate(single(headers['last-modified']) ?? '');
  return {
    size: contentLength(headers),
    // The ETag of a version may be the original's; Content-MD5 is always about this body (RFC 1864).
    md5: contentMd5(single(headers['content-md5'])) ?? (isVariant ? undefined : md5OfHex(etag)),
    etag,
    lastModifiedMs: Number.isNaN(lastModifiedMs) ? undefined : lastModifiedMs,
  };
}

export interface Expectation {
  key: string;
  /** The listed size, if it applies to this body. */
  sizeBytes: number | undefined;
  isVariant: boolean;
}

/** Reads the headers, and rejects an answer that cannot be the object before its body is read. */
export function inspectObject(headers: IncomingHttpHeaders, { key, sizeBytes, isVariant }: Expectation): ObjectHeaders {
  const fail = (code: ErrorCode, problem: string) => new TransferError(code, `${JSON.stringify(key)} ${problem}`);
  if (headers['x-upyun-list-iter'] !== undefined) {
    throw fail('ERR_PATH_CONFLICT', 'is a folder: the server answered with its listing');
  }
  const read = readObjectHeaders(headers, isVariant);
  const { size, md5 } = read;
  if (sizeBytes !== undefined && size !== undefined && size !== sizeBytes) {
    const when =
      read.lastModifiedMs === undefined ? '' : ` (last modified ${new Date(read.lastModifiedMs).toISOString()})`;
    throw fail('ERR_SIZE', `has ${size} bytes, the listing says ${sizeBytes}${when}; list it again`);
  }
  const isDelimited = size !== undefined || headers['transfer-encoding'] !== undefined;
  if (!isDelimited && sizeBytes === undefined && md5 === undefined) {
    throw fail('ERR_PROTOCOL', 'came without anything that says where its body ends');
  }
  // If the object is stored compressed, its size and MD5 match the sent bytes. If the server compresses it on the way,
  // they do not.
  const encoding = single(headers['content-encoding']) ?? 'identity';
  const isProven = (sizeBytes !== undefined && size === sizeBytes) || md5 !== undefined;
  const range = headers['content-range'];
  if (range !== undefined && !isProven && single(range) !== `bytes 0-${Number(size) - 1}/${size}`) {
    throw fail('ERR_PROTOCOL', 'came as a part (it has a Content-Range), although all of it was asked for');
  }
  if (encoding !== 'identity' && !isProven) {
    throw fail('ERR_ENCODED', `came with Content-Encoding ${encoding}, which was not asked for`);
  }
  return read;
}

/** Rejects a body unless it is proven to be the rest of the same body (RFC 9110, 14.4 and 13.1.1). */
export function inspectRest(
  headers: IncomingHttpHeaders,
  { key, fromBytes, sizeBytes, etag }: { key: string; fromBytes: number; sizeBytes: number; etag: string },
): void {
  const range = `bytes ${fromBytes}-${sizeBytes - 1}/${sizeBytes}`;
  const answer = readObjectHeaders(headers, false);
  const isSame = answer.etag === etag && single(headers['content-range']) === range;
  const isWhole = answer.size === undefined || answer.size === sizeBytes - fromBytes;
  if (isSame && isWhole && (single(headers['content-encoding']) ?? 'identity') === 'identity') return;
  throw new TransferError(
    'ERR_CHANGED',
    `${JSON.stringify(key)}: what the server gives is not the rest of the same body`,
  );
}

/** The ETag goes into manifests, so it must not repeat the Authorization and must not be too long. */
function plainEtag(etag: string): string | undefined {
  return /^[\w.:-]{1,128}$/.test(etag) ? etag : undefined;
}

/** A repeated header counts only if all values are equal. */
function single(header: string | string[] | undefined): string | undefined {
  if (!Array.isArray(header)) return header;
  return header.every((value) => value === header[0]) ? header[0] : undefined;
}

/** Upyun writes Content-MD5 in hex, the standard wants base64: accepts both. */
function contentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (/^[A-Za-z0-9+/]{22}==$/.test(header)) return Buffer.from(header, 'base64').toString('hex');
  return md5OfHex(bareEtag(header));
}
