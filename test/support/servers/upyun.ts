// The real fake server and the real source that speaks to it, both gone when the test is over.

import type { TestContext } from 'node:test';
import type { Source } from '../../../src/sources/source.js';
import { createUpyunSource, type UpyunOptions } from '../../../src/sources/upyun/source.js';
import type { Bucket } from '../../fakes/buckets/bucket.js';
import { type MemoryContent, memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { startUpyunServer, type UpyunServer, type UpyunServerOptions } from '../../fakes/upyun/upyun-server.js';

export interface Served {
  readonly server: UpyunServer;
  readonly source: Source;
}

export interface ServedOptions {
  readonly server?: Partial<UpyunServerOptions>;
  readonly source?: Partial<UpyunOptions>;
}

/** Serves a bucket named `pics` and opens it. */
export async function serveBucket(
  t: TestContext,
  bucket: Bucket | Record<string, MemoryContent>,
  options: ServedOptions = {},
): Promise<Served> {
  const pics = typeof bucket.page === 'function' ? (bucket as Bucket) : memoryBucket(bucket as never);
  const server = await startUpyunServer({ buckets: { pics }, ...options.server });
  t.after(() => server.close());
  const source = openSource(t, server.endpoint, options.source);
  return { server, source };
}

/** Opens the bucket `pics` at an endpoint. */
export function openSource(t: TestContext, endpoint: string, options: Partial<UpyunOptions> = {}): Source {
  const source = createUpyunSource({
    bucket: 'pics',
    prefix: '',
    endpoint,
    credentials: { operator: 'operator', password: 'password' },
    pageSize: 1_000,
    connections: { objects: { max: 8 }, lists: { max: 4 }, total: 12 },
    timeoutMs: 10_000,
    ...options,
  });
  t.after(() => source.close());
  return source;
}
