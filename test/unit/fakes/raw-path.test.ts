// Paths are read as bytes: nothing is folded, decoded twice or taken for something else.

import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import { signedGet } from '../../fakes/wire/raw-client.js';
import { decodePath, splitTarget } from '../../fakes/wire/raw-path.js';

test('decodes each segment exactly once and leaves a plus alone', () => {
  assert.equal(decodePath('/b/a%2520b/c+d/%E4%B8%AD'), '/b/a%20b/c+d/中');
});

test('keeps empty and dotted segments', () => {
  assert.equal(decodePath('/b//a/../%2e/.'), '/b//a/.././.');
});

test('takes raw UTF-8 bytes as they are', () => {
  assert.equal(decodePath(Buffer.from('/b/中').toString('latin1')), '/b/中');
});

test('refuses what is not UTF-8, broken escapes and encoded slashes', () => {
  for (const path of ['/b/%ff', '/b/%E4%B8', '/b/%zz', '/b/%2', '/b/a%2Fb', '/b/a%2fb', '/b/\xff']) {
    assert.equal(decodePath(path), undefined, path);
  }
});

test('splits the query off at the first question mark', () => {
  assert.deepEqual(splitTarget('/a?b?c'), { path: '/a', query: 'b?c' });
  assert.deepEqual(splitTarget('/a'), { path: '/a', query: undefined });
});

test('serves keys that no file system would take', async (t) => {
  const keys = [
    'a//b',
    '/rooted',
    '../up',
    './here',
    'a/../b',
    'x?y#z',
    '%41',
    'p+q',
    ' ',
    'dir/',
    '\\',
    "!$&'()*",
    '😀',
    '\u0000',
  ];
  const bucket = memoryBucket(Object.fromEntries(keys.map((key) => [key, `body of ${key}`])));
  const server = await startUpyunServer({ buckets: { b: bucket } });
  t.after(() => server.close());
  for (const key of keys) {
    const path = `/b/${key.split('/').map(encodeURIComponent).join('/')}`;
    const answer = await signedGet(server.endpoint, path, { 'x-upyun-folder': 'false' });
    assert.deepEqual([answer.status, answer.text], [200, `body of ${key}`], key);
    assert.equal(server.log.at(-1)?.rawPath, path);
    assert.equal(server.log.at(-1)?.key, key);
  }
});

test('answers 400 to a path that it cannot decode', async (t) => {
  const server = await startUpyunServer({ buckets: { b: memoryBucket() } });
  t.after(() => server.close());
  assert.equal(JSON.parse((await signedGet(server.endpoint, '/b/%ff')).text).code, 40001021);
  assert.equal(JSON.parse((await signedGet(server.endpoint, '/b/a%2Fb')).text).code, 40001000);
  assert.equal((await signedGet(server.endpoint, '/b/%ff')).status, 400);
});
