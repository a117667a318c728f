/**
 * The digest of a body that a store's headers give, if any. What was read: AWS API_Object ("ETag") and "Checking object
 * integrity", Google's "x-goog-hash", and the metadata that rclone and s3cmd write. Bytes of a range have no digest.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { single } from '../../http/answer-headers.js';
import { CHECKSUM_BYTES, type ChecksumKind } from '../../lib/checksum/checksum.js';
import type { ContentDigest } from '../../model/digest.js';
import { bareEtag, md5OfHex, type ObjectEntry } from '../../model/entry.js';

/** Stores send checksums only to those who ask for them. */
export const CHECKSUM_MODE = { 'x-amz-checksum-mode': 'ENABLED' } as const;

/** The digests besides MD5 that AWS has a header for. A store sends one; of several the one that finds most counts. */
const CHECKSUM_KINDS = (Object.keys(CHECKSUM_BYTES) as ChecksumKind[]).filter(
  (kind) => kind !== 'md5' && kind !== 'crc64ecma',
);

/**
 * Aliyun OSS, Tencent COS and Volcengine TOS send it unasked, of the whole object however it was uploaded (OSS GetObject,
 * COS "CRC64 Check", the SDK of TOS).
 */
const CRC64_HEADERS = ['x-oss-hash-crc64ecma', 'x-cos-hash-crc64ecma', 'x-tos-hash-crc64ecma'];

/** Prefixes of the headers that say how an object is encrypted. */
const ENCRYPTING = ['x-amz', 'x-oss', 'x-cos', 'x-tos'];

/**
 * The MD5: the ETag where it is one, else what the uploader or the store wrote besides. Not an ETag: that of an upload in
 * parts (ends in `-N`) or of an object that was appended to; under keys of KMS or of the customer, and in a bucket of the
 * kind `directory`, it may look like an MD5.
 */
export function md5OfHeaders(
  headers: IncomingHttpHeaders,
  { etag, isEtagOpaque }: { etag: string | undefined; isEtagOpaque: boolean },
): string | undefined {
  const md5 = isEtagOpaque || hasOpaqueEtag(headers) ? undefined : md5OfHex(etag);
  return md5 ?? md5OfMetadata(headers);
}

/**
 * The MD5 that the listing gave as the ETag, where the answer has none, as behind a proxy that drops it. It counts only
 * where that very version came: of the listed size, written in the listed second. The answer must also have another header
 * of the store itself: without one, what would say that the ETag is no MD5 may have been dropped as well, and a good body
 * would be refused for ever. An overwrite of the same size within the same second is refused, which the next listing puts
 * right; an old version in place of a new one would not be noticed otherwise.
 */
export function md5OfListing(
  headers: IncomingHttpHeaders,
  { size, lastModifiedMs }: { size: number | undefined; lastModifiedMs: number | undefined },
  listed: Pick<ObjectEntry, 'size' | 'mtimeMs' | 'etag'>,
): string | undefined {
  if (headers.etag !== undefined || listed.etag === undefined || listed.mtimeMs === undefined) return undefined;
  const isSame = size !== undefined && size === listed.size && lastModifiedMs === wholeSecond(listed.mtimeMs);
  const isStore = isSame && Object.keys(headers).some((name) => STORE_HEADER.test(name));
  return isStore && !hasOpaqueEtag(headers) ? md5OfHex(bareEtag(listed.etag)) : undefined;
}

/** Every store numbers its answers. */
const STORE_HEADER = /^x-[a-z]+-request-?id$/;

/** Last-Modified has no more; a listing may have milliseconds. */
function wholeSecond(timeMs: number): number {
  return Math.floor(timeMs / 1000) * 1000;
}

/** The ETag may look like an MD5, and is none. */
function hasOpaqueEtag(headers: IncomingHttpHeaders): boolean {
  return isEncrypted(headers) || isAppended(headers);
}

/** Under keys of KMS or of the customer. Where a store says so in headers of its own only, they count, too. */
function isEncrypted(headers: IncomingHttpHeaders): boolean {
  return ENCRYPTING.some((prefix) => {
    const how = headers[`${prefix}-server-side-encryption`];
    if (how !== undefined && /kms/i.test(String(how))) return true;
    return headers[`${prefix}-server-side-encryption-customer-algorithm`] !== undefined;
  });
}

/** Aliyun OSS, Tencent COS and Volcengine TOS. */
function isAppended(headers: IncomingHttpHeaders): boolean {
  const type = headers['x-oss-object-type'] ?? headers['x-cos-object-type'] ?? headers['x-tos-object-type'];
  return type !== undefined && !/^normal$/i.test(String(type));
}

function md5OfMetadata(headers: IncomingHttpHeaders): string | undefined {
  const checksum = isOfParts(headers) ? undefined : hexOf(single(headers['x-amz-checksum-md5']), 'md5');
  if (checksum !== undefined) return checksum;
  const rclone = hexOf(single(headers['x-amz-meta-md5chksum']), 'md5');
  if (rclone !== undefined) return rclone;
  // With this header s3cmd has encrypted the file that the MD5 is of.
  const s3cmd = headers['x-amz-meta-s3tools-gpgenc'] === undefined ? headers['x-amz-meta-s3cmd-attrs'] : undefined;
  const attribute = /(?:^|\/)md5:([0-9a-f]{32})(?:\/|$)/i.exec(single(s3cmd) ?? '')?.[1];
  return md5OfHex(attribute) ?? hexOf(googleHash(headers, 'md5'), 'md5');
}

/** The digest to compare where no MD5 is known: of the whole object, not of its parts. */
export function digestOfHeaders(headers: IncomingHttpHeaders): ContentDigest | undefined {
  for (const kind of isOfParts(headers) ? [] : CHECKSUM_KINDS) {
    // A digest of digests ends in `-N`, which is no base64.
    const hex = hexOf(single(headers[`x-amz-checksum-${kind}`]), kind);
    if (hex !== undefined) return { kind, hex };
  }
  const crc64 = crc64Of(headers);
  if (crc64 !== undefined) return { kind: 'crc64ecma', hex: crc64 };
  const crc32c = hexOf(googleHash(headers, 'crc32c'), 'crc32c');
  return crc32c === undefined ? undefined : { kind: 'crc32c', hex: crc32c };
}

/** A decimal number of 64 bits, without a sign. */
function crc64Of(headers: IncomingHttpHeaders): string | undefined {
  for (const name of CRC64_HEADERS) {
    const sent = single(headers[name]);
    if (sent === undefined || !/^\d{1,20}$/.test(sent)) continue;
    const sum = BigInt(sent);
    if (sum < 1n << 64n) return sum.toString(16).padStart(16, '0');
  }
  return undefined;
}

function isOfParts(headers: IncomingHttpHeaders): boolean {
  return /^composite$/i.test(single(headers['x-amz-checksum-type']) ?? '');
}

/** `x-goog-hash: crc32c=…,md5=…`, in one header or in two. */
function googleHash(headers: IncomingHttpHeaders, name: string): string | undefined {
  const sent = headers['x-goog-hash'];
  if (sent === undefined) return undefined;
  const found = String(sent)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return found.length === 1 ? found[0]!.slice(name.length + 1) : undefined;
}

/** From base64 of the right length; anything else is not that digest. */
function hexOf(base64: string | undefined, kind: ChecksumKind): string | undefined {
  if (base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === CHECKSUM_BYTES[kind] && bytes.toString('base64') === base64
    ? bytes.toString('hex')
    : undefined;
}
