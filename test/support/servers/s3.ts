// The fake S3 server and the real source that speaks to it, both gone when the test is over.

import type { TestContext } from 'node:test';
import { createS3Source, type S3Options } from '../../../src/sources/s3/source.js';
import { type S3ServerOptions, startS3Server } from '../../fakes/s3/server.js';

/** Serves a bucket named `pics` and opens it. `more` may need to know where the server is. */
export async function serveS3(
  t: TestContext,
  options: S3ServerOptions,
  more: Partial<S3Options> | ((endpoint: string) => Partial<S3Options>) = {},
) {
  const server = await startS3Server(options);
  t.after(() => server.close());
  const source = createS3Source({
    bucket: 'pics',
    prefix: '',
    endpoint: server.endpoint,
    region: undefined,
    pathStyle: undefined,
    isPayer: false,
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    pageSize: 1_000,
    connections: { objects: { max: 8 }, lists: { max: 4 }, total: 12 },
    timeoutMs: 10_000,
    ...(typeof more === 'function' ? more(server.endpoint) : more),
  });
  t.after(() => source.close());
  return { server, source };
}
