// The contract of a source, kept by each of them: the API of Upyun, its CDN, S3, and a source of one's own.

import type { TestContext } from 'node:test';
import type { Source } from '../../src/sources/source.js';
import type { UpyunOptions } from '../../src/sources/upyun/source.js';
import { memoryBucket } from '../fakes/buckets/memory-bucket.js';
import { webFile } from '../fakes/http/http-server.js';
import { memorySource } from '../support/servers/memory-source.js';
import { serveS3 } from '../support/servers/s3.js';
import { openSource, serveBucket } from '../support/servers/upyun.js';
import { entryOf, openUrls, serveWeb } from '../support/servers/urls.js';
import { sourceContract } from './source.js';

const ROWS = 2;

async function upyun(t: TestContext, contents: Readonly<Record<string, Buffer>>, options: Partial<UpyunOptions> = {}) {
  const objects = Object.fromEntries(Object.entries(contents).map(([key, body]) => [key, body]));
  const { server } = await serveBucket(t, memoryBucket(objects));
  return { server, open: (more: Partial<UpyunOptions>) => openSource(t, server.endpoint, { ...options, ...more }) };
}

sourceContract('upyun, through the API', async (t, contents) => (await upyun(t, contents)).open({ pageSize: ROWS }));

sourceContract('upyun, through a CDN domain', async (t, contents) => {
  const { server, open } = await upyun(t, contents);
  return open({ pageSize: ROWS, domain: server.cdn('pics') });
});

sourceContract('upyun, a folder of a bucket', async (t, contents) => {
  const below = Object.fromEntries(Object.entries(contents).map(([key, body]) => [`deep/er/${key}`, body]));
  const { open } = await upyun(t, { ...below, 'outside.jpg': Buffer.from('not listed') });
  return open({ pageSize: ROWS, prefix: 'deep/er' });
});

sourceContract('a source of one’s own', async (_t, contents) => memorySource(contents, ROWS));

sourceContract('s3', async (t, contents) => (await serveS3(t, { objects: contents }, { pageSize: ROWS })).source);

sourceContract('s3, a folder of a bucket', async (t, contents) => {
  const below = Object.fromEntries(Object.entries(contents).map(([key, body]) => [`deep/er/${key}`, body]));
  const objects = { ...below, 'deep/er.jpg': Buffer.from('not listed') };
  return (await serveS3(t, { objects }, { pageSize: ROWS, prefix: 'deep/er' })).source;
});

const origins = new WeakMap<Source, string>();

sourceContract(
  'a list of URLs',
  async (t, contents) => {
    const files = Object.entries(contents).map(([key, body]) => [pathOf(key), webFile(body)] as const);
    const { origin } = await serveWeb(t, Object.fromEntries(files));
    const source = openUrls(t);
    origins.set(source, origin);
    return source;
  },
  (source, { key, ...said }) => ({ ...entryOf(source, { url: origins.get(source)! + pathOf(key), key }), ...said }),
);

function pathOf(key: string): string {
  return `/${key.split('/').map(encodeURIComponent).join('/')}`;
}
