/**
 * Directory buckets of Amazon (S3 Express One Zone), and their access points. Sluice does not copy them. They need
 * CreateSession for every five minutes of requests, hosts of their own, and no path style; above all their listing is not in
 * the order of keys and takes no `start-after` (docs: "Directory buckets" of ListObjectsV2), so it can neither be split nor go
 * on behind a key after a stop: what makes the listing fast and safe elsewhere. A store of another kind may have a bucket of
 * such a name.
 */
import { say } from '../../texts/say.js';
import type { Provider } from './providers.js';

/** Their ETags are random (docs: directory-buckets-objects-etag). */
export function isDirectoryBucket(bucket: string): boolean {
  return /--xa?-s3$/.test(bucket);
}

/** Why the bucket cannot be copied, and what to do. */
export function directoryBucketProblem(bucket: string, { name }: Pick<Provider, 'name'>): string | undefined {
  return name === 'aws' && isDirectoryBucket(bucket) ? say.s3.directoryBucket(bucket) : undefined;
}
