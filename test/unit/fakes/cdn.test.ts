// The CDN view of a bucket.

import assert from 'node:assert/strict';
import test from 'node:test';
import { md5Hex } from '../../fakes/buckets/digest.js';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { cdnToken } from '../../fakes/upyun/signature.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import { rawRequest } from '../../fakes/wire/raw-client.js';

const KEY = '相册/a 1.jpg';
const PATH = '/%E7%9B%B8%E5%86%8C/a%201.jpg';

test('serves keys at the root of a domain, unsigned', async (t) => {
  const server = await startUpyunServer({ buckets: { pics: memoryBucket({ [KEY]: 'one' }), others: memoryBucket() } });
  t.after(() => server.close());
  const answer = await rawRequest(server.cdn('pics'), PATH);
  assert.deepEqual([answer.status, answer.text, answer.headers.etag], [200, 'one', `"${md5Hex('one')}"`]);
  assert.equal(answer.headers['x-upyun-content-length'], '3');
  assert.equal(answer.headers['accept-ranges'], 'bytes');
  assert.equal((await rawRequest(server.cdn('others'), PATH)).status, 404);
  assert.deepEqual(
    server.log.map((entry) => [entry.view, entry.bucket, entry.key, entry.authorised]),
    [
      ['cdn', 'pics', KEY, true],
      ['cdn', 'others', KEY, true],
    ],
  );
  assert.throws(() => server.cdn('nowhere'), /no such bucket/);
});

test('has no listings, and words its errors with the code as a string', async (t) => {
  const server = await startUpyunServer({ buckets: { pics: memoryBucket({ 'a/b': '1' }) } });
  t.after(() => server.close());
  for (const path of ['/', '/a', '/a/']) {
    const answer = await rawRequest(server.cdn('pics'), path);
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [404, '40400001'], path);
  }
  assert.equal((await rawRequest(server.cdn('pics'), '/a/b', { method: 'HEAD' })).headers['content-length'], '1');
});

test('can ask for an anti-leech token', async (t) => {
  const nowMs = 1_370_000_000_000;
  const server = await startUpyunServer({
    buckets: { pics: memoryBucket({ [KEY]: 'one' }) },
    cdn: { tokenSecret: 'mysecret' },
    nowMs: () => nowMs,
  });
  t.after(() => server.close());
  const origin = server.cdn('pics');
  const token = cdnToken('mysecret', nowMs / 1000 + 600, `/${KEY}`);
  assert.equal((await rawRequest(origin, `${PATH}?_upt=${token}`)).text, 'one');
  assert.equal((await rawRequest(origin, PATH, { headers: { cookie: `a=b; _upt=${token}` } })).text, 'one');
  const over = cdnToken('mysecret', nowMs / 1000 - 1, `/${KEY}`);
  for (const path of [PATH, `${PATH}?_upt=${over}`, `${PATH}!s400?_upt=${token}`]) {
    const answer = await rawRequest(origin, path);
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [403, '40310013']);
  }
});
