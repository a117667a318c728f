// Stores that differ: what Sluice asks them for, by the name of the endpoint or by --provider.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { addressOf } from '../../../../src/sources/s3/address.js';
import { PROVIDER_NAMES, providerOf, regionOf } from '../../../../src/sources/s3/providers.js';
import { ROOT } from '../../../sources.js';
import { serveS3 } from '../../../support/servers/s3.js';

const HOSTS: readonly [endpoint: string, bucket: string, address: string, region: string | undefined][] = [
  ['https://s3.eu-west-1.amazonaws.com', 'pics', 'https://pics.s3.eu-west-1.amazonaws.com', 'eu-west-1'],
  // A certificate covers one label.
  ['https://s3.eu-west-1.amazonaws.com', 'my.pics', 'https://s3.eu-west-1.amazonaws.com/my.pics', 'eu-west-1'],
  ['https://oss-cn-hangzhou.aliyuncs.com', 'pics', 'https://pics.oss-cn-hangzhou.aliyuncs.com', 'oss-cn-hangzhou'],
  ['https://oss-accelerate.aliyuncs.com', 'pics', 'https://pics.oss-accelerate.aliyuncs.com', undefined],
  ['https://cos.ap-beijing.myqcloud.com', 'p-125', 'https://p-125.cos.ap-beijing.myqcloud.com', 'ap-beijing'],
  ['https://obs.cn-north-4.myhuaweicloud.com', 'pics', 'https://pics.obs.cn-north-4.myhuaweicloud.com', 'cn-north-4'],
  ['https://s3-cn-east-1.qiniucs.com', 'pics', 'https://s3-cn-east-1.qiniucs.com/pics', 'cn-east-1'],
  ['https://s3.us-west-004.backblazeb2.com', 'pics', 'https://s3.us-west-004.backblazeb2.com/pics', 'us-west-004'],
  ['https://abc.r2.cloudflarestorage.com', 'pics', 'https://abc.r2.cloudflarestorage.com/pics', 'auto'],
  ['https://storage.googleapis.com', 'pics', 'https://storage.googleapis.com/pics', 'auto'],
  ['https://s3.eu-central-1.wasabisys.com', 'pics', 'https://s3.eu-central-1.wasabisys.com/pics', 'eu-central-1'],
  ['https://minio.example.com:9000', 'pics', 'https://minio.example.com:9000/pics', undefined],
  // Not a part of a name.
  ['https://notaliyuncs.com', 'pics', 'https://notaliyuncs.com/pics', undefined],
];

test('the name of an endpoint says where the bucket stands, and the region', () => {
  for (const [endpoint, bucket, expected, region] of HOSTS) {
    const { hostname } = new URL(endpoint);
    const provider = providerOf(hostname);
    const { origin, base } = addressOf(endpoint, bucket, { style: 'auto', provider });
    assert.equal(origin + base, expected);
    assert.equal(regionOf(provider, hostname), region, endpoint);
  }
});

test('an internal endpoint of OSS is in the region of its public one', () => {
  const hostname = 'oss-cn-hangzhou-internal.aliyuncs.com';
  assert.equal(regionOf(providerOf(hostname), hostname), 'oss-cn-hangzhou');
});

/** What a listing and an object of a store behind its own domain are asked for. */
const ASKED: Readonly<Record<string, readonly [host: boolean, listType: string | null, encoding: string | null]>> = {
  aws: [true, '2', 'url'],
  aliyun: [true, '2', 'url'],
  tencent: [true, null, 'url'],
  huawei: [true, null, null],
  kingsoft: [true, '2', 'url'],
  volcengine: [true, '2', 'url'],
  baidu: [true, '2', 'url'],
  qiniu: [false, '2', null],
  upyun: [false, '2', 'url'],
  chinamobile: [false, null, null],
  netease: [false, null, null],
  ucloud: [false, null, 'url'],
  b2: [false, '2', 'url'],
  r2: [false, '2', 'url'],
  wasabi: [false, '2', 'url'],
  gcs: [false, '2', 'url'],
  ibm: [false, null, null],
  minio: [false, '2', 'url'],
  ceph: [false, '2', 'url'],
  seaweedfs: [false, null, null],
};

test('--provider: a store behind a domain of its own is asked in its way, and every key comes', async (t) => {
  assert.deepEqual(Object.keys(ASKED).sort(), [...PROVIDER_NAMES].sort());
  const keys = ['a+b.jpg', 'per%20cent.jpg', 'q&a.jpg', 'x y.jpg', '中.jpg'];
  const objects = Object.fromEntries(keys.map((key) => [key, Buffer.from(key)]));
  const endpoint = 'http://store.example';
  for (const [provider, [isVirtualHost, listType, encoding]] of Object.entries(ASKED)) {
    const { server, source } = await serveS3(t, { objects, cap: 2 }, (proxy) => ({
      endpoint,
      provider,
      proxyFor: () => proxy,
    }));
    const listed: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await source.lister!.listPage('', cursor);
      listed.push(...page.entries.map(({ key }) => key));
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    assert.deepEqual(listed.sort(), [...keys].sort(), provider);
    const { bytes } = await source.get({ key: 'per%20cent.jpg' });
    assert.equal(Buffer.from(bytes!).toString(), 'per%20cent.jpg');
    for (const { query, path, ...request } of server.requests) {
      assert.equal(request.isVirtualHost, isVirtualHost, provider);
      if (path !== '/pics') continue;
      assert.deepEqual([query.get('list-type'), query.get('encoding-type')], [listType, encoding], provider);
    }
    const region = { r2: 'auto', gcs: 'auto' }[provider] ?? 'us-east-1';
    assert.ok(
      server.requests.every(({ headers }) => headers.authorization!.includes(`/${region}/s3/`)),
      provider,
    );
  }
});

test('--path-style wins over the store', async (t) => {
  const endpoint = 'http://store.example';
  const objects = { a: Buffer.from('a') };
  const { server, source } = await serveS3(t, { objects }, (proxy) => ({
    ...{ endpoint, provider: 'aliyun', pathStyle: 'always' },
    proxyFor: () => proxy,
  }));
  await source.lister!.listPage('', undefined);
  assert.equal(server.requests[0]!.isVirtualHost, false);
});

test('help sources: the row of each store has its --provider, and an endpoint that Sluice takes for it', () => {
  for (const language of ['en', 'zh']) {
    const text = readFileSync(join(ROOT, 'src/cli/topics', language, 'sources.md'), 'utf8');
    const rows = [...text.matchAll(/^\|[^|]+\|([^|]+)\| `(\w+)` \|$/gm)].map(([, where, name]) => ({ where, name }));
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...PROVIDER_NAMES].sort());
    for (const { where, name } of rows) {
      const host = /`([a-z0-9.-]+\.[a-z]+)`/i.exec(where!)?.[1];
      if (host !== undefined) assert.equal(providerOf(host.toLowerCase()).name, name);
    }
  }
});
