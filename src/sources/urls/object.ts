/** Reads the headers of an answer: whether it can be the object, and what its body must be. */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import { isRest, single } from '../../http/answer-headers.js';
import { contentLength } from '../../lib/http1/framing.js';
import { bareEtag, type ObjectEntry } from '../../model/entry.js';
import { parseHttpDate } from '../../model/time.js';
import type { Validators } from '../../model/urls/known-version.js';
import { say } from '../../texts/say.js';
import type { BrokenBody } from '../source.js';

export interface UrlHeaders {
  readonly size: number | undefined;
  /** Lower-case hex. */
  readonly md5: string | undefined;
  /** Without quotes; undefined for a weak one, which does not say that all bytes are the same (RFC 9110, 8.8.1). */
  readonly etag: string | undefined;
  readonly lastModifiedMs: number | undefined;
  readonly validators: Validators;
}

/** An ETag is no MD5, whatever it looks like: servers in general say nothing of how they make it. */
function readHeaders(headers: IncomingHttpHeaders): UrlHeaders {
  const etag = single(headers.etag);
  const lastModified = single(headers['last-modified']);
  const lastModifiedMs = parseHttpDate(lastModified ?? '');
  return {
    size: contentLength(headers),
    md5: md5OfBase64(single(headers['content-md5'])),
    etag: etag === undefined || etag.startsWith('W/') ? undefined : plainEtag(bareEtag(etag)),
    lastModifiedMs: Number.isNaN(lastModifiedMs) ? undefined : lastModifiedMs,
    validators: {
      etag: etag !== undefined && ETAG.test(etag) ? etag : undefined,
      lastModified: Number.isNaN(lastModifiedMs) || lastModified!.length > 64 ? undefined : lastModified,
    },
  };
}

/** Reads the headers, and rejects an answer that cannot be the object before its body is read. */
export function inspectObject(headers: IncomingHttpHeaders, what: string, line: ObjectEntry): UrlHeaders {
  const { urls } = say;
  const read = readHeaders(headers);
  const { size } = read;
  if (line.size !== undefined && size !== undefined && size !== line.size)
    throw new TransferError('ERR_SIZE', urls.otherSize(what, size, line.size));
  const sent = single(headers.etag);
  if (line.etag !== undefined && sent !== undefined && bareEtag(sent) !== line.etag)
    throw new TransferError('ERR_ETAG', urls.otherEtag(what));
  const isProven = (line.size !== undefined && size === line.size) || line.md5 !== undefined;
  const isDelimited = size !== undefined || headers['transfer-encoding'] !== undefined;
  if (!isDelimited && line.size === undefined && line.md5 === undefined && read.md5 === undefined)
    throw new TransferError('ERR_PROTOCOL', urls.noEnd(what));
  const encoding = single(headers['content-encoding']) ?? 'identity';
  if (!isProven && !/^(identity|aws-chunked,?)?$/i.test(encoding))
    throw new TransferError('ERR_ENCODED', urls.encoded(what, encoding.slice(0, 40)));
  if (headers['content-range'] !== undefined && !isProven) throw new TransferError('ERR_PROTOCOL', urls.part(what));
  return read;
}

/** Rejects a body unless it is proven to be the rest of the same body. */
export function inspectRest(headers: IncomingHttpHeaders, what: string, broken: BrokenBody): void {
  const isSame = readHeaders(headers).etag === broken.etag;
  if (!isSame || !isRest(headers, broken)) throw new TransferError('ERR_CHANGED', say.urls.notRest(what));
}

/** RFC 9110, 8.8.3, and a limited length. */
const ETAG = /^(W\/)?"[\x21\x23-\x7e]{1,256}"$/;

/** The ETag goes into manifests: visible characters, and a limited length. */
function plainEtag(etag: string): string | undefined {
  return /^[\x21\x23-\x7e]{1,256}$/.test(etag) ? etag : undefined;
}

function md5OfBase64(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z0-9+/]{22}==$/.test(text)
    ? Buffer.from(text, 'base64').toString('hex')
    : undefined;
}
