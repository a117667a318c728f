/** Reads an object's headers: whether the answer can be the object, and what its body must be. */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import { isRest, single } from '../../http/answer-headers.js';
import { contentLength } from '../../lib/http1/framing.js';
import { bareEtag, md5OfHex } from '../../model/entry.js';
import { parseHttpDate } from '../../model/time.js';
import { say } from '../../texts/say.js';

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
  const { answer } = say.sources.objects;
  if (headers['x-upyun-list-iter'] !== undefined) {
    throw new TransferError('ERR_PATH_CONFLICT', answer.isFolder(key));
  }
  const read = readObjectHeaders(headers, isVariant);
  const { size, md5 } = read;
  if (sizeBytes !== undefined && size !== undefined && size !== sizeBytes) {
    const modified = read.lastModifiedMs === undefined ? undefined : new Date(read.lastModifiedMs).toISOString();
    throw new TransferError('ERR_SIZE', answer.size(key, size, sizeBytes, modified));
  }
  const isDelimited = size !== undefined || headers['transfer-encoding'] !== undefined;
  if (!isDelimited && sizeBytes === undefined && md5 === undefined) {
    throw new TransferError('ERR_PROTOCOL', answer.noEnd(key));
  }
  // If the object is stored compressed, its size and MD5 match the sent bytes. If the server compresses it on the way,
  // they do not.
  const encoding = single(headers['content-encoding']) ?? 'identity';
  const isProven = (sizeBytes !== undefined && size === sizeBytes) || md5 !== undefined;
  const range = headers['content-range'];
  if (range !== undefined && !isProven && single(range) !== `bytes 0-${Number(size) - 1}/${size}`) {
    throw new TransferError('ERR_PROTOCOL', answer.part(key));
  }
  if (encoding !== 'identity' && !isProven) {
    throw new TransferError('ERR_ENCODED', answer.encoded(key, encoding));
  }
  return read;
}

/** Rejects a body unless it is proven to be the rest of the same body (RFC 9110, 14.4 and 13.1.1). */
export function inspectRest(
  headers: IncomingHttpHeaders,
  { key, ...rest }: { key: string; fromBytes: number; sizeBytes: number; etag: string },
): void {
  if (readObjectHeaders(headers, false).etag === rest.etag && isRest(headers, rest)) return;
  throw new TransferError('ERR_CHANGED', say.sources.objects.answer.notRest(key));
}

/** The ETag goes into manifests, so it must not repeat the Authorization and must not be too long. */
function plainEtag(etag: string): string | undefined {
  return /^[\w.:-]{1,128}$/.test(etag) ? etag : undefined;
}

/** Upyun writes Content-MD5 in hex, the standard wants base64: accepts both. */
function contentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (/^[A-Za-z0-9+/]{22}==$/.test(header)) return Buffer.from(header, 'base64').toString('hex');
  return md5OfHex(bareEtag(header));
}
