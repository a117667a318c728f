/** Reads an object's headers: whether the answer can be the object, and what its body must be. */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import { isRest, single } from '../../http/answer-headers.js';
import { contentLength } from '../../lib/http1/framing.js';
import type { ContentDigest } from '../../model/digest.js';
import { bareEtag, type ObjectEntry } from '../../model/entry.js';
import { parseHttpDate } from '../../model/time.js';
import { say } from '../../texts/say.js';
import type { BrokenBody } from '../source.js';
import { digestOfHeaders, md5OfHeaders, md5OfListing } from './digests.js';

export interface S3Headers {
  readonly size: number | undefined;
  /** Lower-case hex. */
  readonly md5: string | undefined;
  /** Where there is no MD5. */
  readonly digest: ContentDigest | undefined;
  readonly etag: string | undefined;
  readonly lastModifiedMs: number | undefined;
}

/** `isEtagOpaque`: no ETag of the bucket says anything of the content. */
function readHeaders(headers: IncomingHttpHeaders, isEtagOpaque: boolean): S3Headers {
  const sent = single(headers.etag);
  const etag = sent === undefined ? undefined : plainEtag(bareEtag(sent));
  const lastModifiedMs = parseHttpDate(single(headers['last-modified']) ?? '');
  const md5 = md5OfHeaders(headers, { etag, isEtagOpaque });
  return {
    size: contentLength(headers),
    md5,
    digest: md5 === undefined ? digestOfHeaders(headers) : undefined,
    etag,
    lastModifiedMs: Number.isNaN(lastModifiedMs) ? undefined : lastModifiedMs,
  };
}

/** The same of an object that was listed: where nothing else is known, its listed ETag may count. */
export function readListedHeaders(headers: IncomingHttpHeaders, entry: ObjectEntry, isEtagOpaque: boolean): S3Headers {
  const read = readHeaders(headers, isEtagOpaque);
  if (isEtagOpaque || (read.md5 ?? read.digest) !== undefined) return read;
  return { ...read, md5: md5OfListing(headers, read, entry) };
}

/** Reads the headers, and rejects an answer that cannot be the object before its body is read. */
export function inspectObject(headers: IncomingHttpHeaders, entry: ObjectEntry, isEtagOpaque: boolean): S3Headers {
  const { key, size: listed, etag: listedEtag } = entry;
  const name = JSON.stringify(key);
  const read = readListedHeaders(headers, entry, isEtagOpaque);
  const { size, etag } = read;
  const hasDigest = (read.md5 ?? read.digest) !== undefined;
  if (listed !== undefined && size !== undefined && size !== listed)
    throw new TransferError('ERR_SIZE', say.s3.otherSize(name, size, listed));
  if (listedEtag !== undefined && etag !== undefined && etag !== bareEtag(listedEtag))
    throw new TransferError('ERR_ETAG', say.s3.otherEtag(name));
  const isDelimited = size !== undefined || headers['transfer-encoding'] !== undefined;
  if (!isDelimited && listed === undefined && !hasDigest)
    throw new TransferError('ERR_PROTOCOL', say.s3.noLength(name));
  const isProven =
    (listed !== undefined && size === listed) || (hasDigest && headers['content-encoding'] === undefined);
  const encoding = single(headers['content-encoding']) ?? 'identity';
  // (aws-chunked is how it was uploaded; the stored bytes are plain.)
  if (!isProven && !/^(identity|aws-chunked,?)?$/.test(encoding))
    throw new TransferError('ERR_ENCODED', say.s3.encoded(name, encoding.slice(0, 40)));
  if (headers['content-range'] !== undefined && !isProven)
    throw new TransferError('ERR_PROTOCOL', say.s3.partial(name));
  return read;
}

/** Rejects a body unless it is proven to be the rest of the same body: some stores ignore If-Match, so the ETag is compared. */
export function inspectRest(headers: IncomingHttpHeaders, key: string, broken: BrokenBody): void {
  const isSame = readHeaders(headers, true).etag === broken.etag;
  if (!isSame || !isRest(headers, broken))
    throw new TransferError('ERR_CHANGED', say.s3.otherRest(JSON.stringify(key)));
}

/** The ETag goes into manifests: no secrets, and a limited length. */
function plainEtag(etag: string): string | undefined {
  return /^[\w.:+/=-]{1,128}$/.test(etag) ? etag : undefined;
}
