// Upyun's signatures as pure functions: the header forms of the REST API and the anti-leech token of the CDN.

import { createHmac } from 'node:crypto';
import { md5Hex } from '../buckets/digest.js';

export interface SignedRequest {
  readonly method: string;
  /** The path as on the wire, percent-encoded, with or without its query. */
  readonly uri: string;
  /** The Date header, letter by letter. */
  readonly date: string;
  /** The Content-MD5 header; dropped from the message when absent. */
  readonly contentMd5?: string;
}

/** The key of every signature: the MD5 of the password, in hex, as ASCII. */
export function passwordKey(password: string): string {
  return md5Hex(password);
}

export function hmacSignature(key: string, { method, uri, date, contentMd5 }: SignedRequest): string {
  const message = `${method}&${uri}&${date}`;
  return hmacBase64(key, contentMd5 === undefined ? message : `${message}&${contentMd5}`);
}

/** The old form, with the body's length; 0 for a GET. */
export function oldSignature(key: string, request: SignedRequest, contentLength = '0'): string {
  return md5Hex(`${request.method}&${request.uri}&${request.date}&${contentLength}&${key}`);
}

export interface PrefixToken {
  readonly method: string;
  readonly prefix?: string;
  readonly postfix?: string;
  /** Unix seconds, as sent. */
  readonly expire: string;
}

/** One signature for all requests below a prefix, or ending in a postfix. */
export function tokenSignature(key: string, { method, prefix, postfix, expire }: PrefixToken): string {
  return hmacBase64(key, [method, prefix, postfix, expire].filter((part) => part !== undefined).join('&'));
}

/** The `_upt` value for a CDN path: decoded, with its leading slash and its `!version`, without query. */
export function cdnToken(secret: string, expireSeconds: number, decodedPath: string): string {
  return md5Hex(`${secret}&${expireSeconds}&${decodedPath}`).slice(12, 20) + expireSeconds;
}

function hmacBase64(key: string, message: string): string {
  // Header values and targets arrive as one character for each byte.
  return createHmac('sha1', key).update(message, 'latin1').digest('base64');
}
