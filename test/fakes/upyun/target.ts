// What a request is about: bucket, key, and whether it asks for a listing or for an object.

import type { IncomingMessage } from 'node:http';
import type { Bucket, BucketObject } from '../buckets/bucket.js';
import { decodePath, splitTarget } from '../wire/raw-path.js';
import type { RequestKind } from '../wire/request-log.js';
import { PROBLEMS, type Problem } from './problem.js';

export interface Target {
  readonly kind: RequestKind;
  readonly bucketName: string;
  readonly bucket?: Bucket;
  /** Decoded and relative to the bucket; '' is its root. */
  readonly key: string;
  /** The key as a directory. */
  readonly directory: string;
  readonly query?: string;
  /** The object of exactly this key, if there is one. */
  readonly object?: BucketObject;
  readonly problem?: Problem;
}

/** On the REST API the bucket is the first segment of the path. */
export function restTarget(request: IncomingMessage, buckets: Record<string, Bucket>): Target {
  const { path, query } = splitTarget(request.url ?? '');
  const decoded = decodePath(path);
  if (!decoded?.startsWith('/')) return unreadable(path, query);
  const slash = decoded.indexOf('/', 1);
  const bucketName = slash < 0 ? decoded.slice(1) : decoded.slice(1, slash);
  const key = slash < 0 ? '' : decoded.slice(slash + 1);
  // An own property only: `constructor` is not a bucket.
  const bucket = Object.hasOwn(buckets, bucketName) ? buckets[bucketName] : undefined;
  const object = bucket?.find(key);
  const kind = restKind(request, { key, query, bucket, object });
  return { kind, bucketName, bucket, key, directory: asDirectory(key), query, object };
}

/** On a bucket's CDN domain the whole path is the key, and there are no listings. */
export function cdnTarget(request: IncomingMessage, bucketName: string, bucket: Bucket): Target {
  const { path, query } = splitTarget(request.url ?? '');
  const decoded = decodePath(path);
  if (!decoded?.startsWith('/')) return unreadable(path, query);
  const key = decoded.slice(1);
  const kind = request.method === 'GET' ? 'get' : request.method === 'HEAD' ? 'head' : 'other';
  return { kind, bucketName, bucket, key, directory: asDirectory(key), query, object: bucket.find(key) };
}

function restKind(
  request: IncomingMessage,
  { key, query, bucket, object }: Pick<Target, 'key' | 'query' | 'bucket' | 'object'>,
): RequestKind {
  if (request.method === 'HEAD') return 'head';
  if (request.method !== 'GET') return 'other';
  if (query === 'usage') return 'usage';
  const wanted = request.headers['x-upyun-folder'];
  if (query === 'files' || key === '' || wanted === 'true') return 'list';
  if (wanted === 'false') return 'get';
  if (key.endsWith('/')) return 'list';
  return !object && bucket?.hasFolder(`${key}/`) ? 'list' : 'get';
}

function unreadable(path: string, query: string | undefined): Target {
  // Upyun documents neither case; an encoded slash could only mean a key that no listing can show.
  const isWrong = !path.startsWith('/') || /%2f/i.test(path);
  const problem = isWrong ? PROBLEMS.wrongUri : PROBLEMS.invalidUtf8;
  return { kind: 'other', bucketName: '', key: path, directory: '', query, problem };
}

function asDirectory(key: string): string {
  return key === '' || key.endsWith('/') ? key : `${key}/`;
}
