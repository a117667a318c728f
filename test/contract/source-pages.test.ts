// Pages, hostile keys and the classes of errors: Upyun by its API, below a folder and through its CDN, S3, and a source of one's own.

import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { UpyunOptions } from '../../src/sources/upyun/source.js';
import { memoryBucket } from '../fakes/buckets/memory-bucket.js';
import { refuse } from '../fakes/s3/server.js';
import type { FaultAction } from '../fakes/wire/fault-script.js';
import { memorySource } from '../support/servers/memory-source.js';
import { serveS3 } from '../support/servers/s3.js';
import { openSource, serveBucket } from '../support/servers/upyun.js';
import { type Failure, failuresContract, pagesContract } from './source-pages.js';

type Contents = Readonly<Record<string, Buffer>>;

const ROWS = 2;

const below = (folder: string, contents: Contents): Contents =>
  Object.fromEntries(Object.entries(contents).map(([key, body]) => [`${folder}/${key}`, body]));

async function upyun(t: TestContext, contents: Contents, more: Partial<UpyunOptions> = {}) {
  const { server } = await serveBucket(t, memoryBucket({ ...contents }));
  const options = more.domain === undefined ? more : { ...more, domain: server.cdn('pics') };
  return { server, source: openSource(t, server.endpoint, { pageSize: ROWS, ...options }) };
}

pagesContract('upyun, through the API', async (t, contents) => (await upyun(t, contents)).source);
pagesContract('upyun, through a CDN domain', async (t, contents) => (await upyun(t, contents, { domain: '-' })).source);
pagesContract('upyun, a folder of a bucket', async (t, contents) => {
  const objects = { ...below('deep/er', contents), 'outside.jpg': Buffer.from('not listed') };
  return (await upyun(t, objects, { prefix: 'deep/er' })).source;
});
pagesContract('s3', async (t, contents) => (await serveS3(t, { objects: contents }, { pageSize: ROWS })).source);
pagesContract('a source of one’s own', async (_t, contents) => memorySource(contents, ROWS));

const ACTIONS: Readonly<Record<Failure, FaultAction>> = {
  broken: { status: 500 },
  busy: { status: 429 },
  forbidden: { status: 403 },
  reset: { resetBeforeHeaders: true },
  cut: { truncateAfterBytes: 0 },
};

for (const [name, more] of [
  ['upyun, through the API', {}],
  ['upyun, through a CDN domain', { domain: '-' }],
] as const)
  failuresContract(name, async (t, contents) => {
    const { server, source } = await upyun(t, contents, more);
    return { source, fail: (how) => server.faults.add({ action: ACTIONS[how] }) };
  });

failuresContract('s3', async (t, contents) => {
  const { server, source } = await serveS3(t, { objects: contents }, { pageSize: ROWS });
  const fail = (how: Failure) => {
    server.fault = (_request, response) => {
      failS3(how, response);
      return true;
    };
  };
  return { source, fail };
});

function failS3(how: Failure, response: ServerResponse): void {
  if (how === 'broken') refuse(response, 500, 'InternalError');
  else if (how === 'busy') refuse(response, 503, 'SlowDown');
  else if (how === 'forbidden') refuse(response, 403, 'AccessDenied');
  else if (how === 'reset') response.destroy();
  else {
    response.writeHead(200, { 'content-length': 1, etag: '"e"' });
    response.flushHeaders();
    response.destroy();
  }
}
