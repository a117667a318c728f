// The buckets hold what they list, in memory, by computation or as pictures.

import assert from 'node:assert/strict';
import test from 'node:test';
import { inflateSync } from 'node:zlib';
import { readAll } from '../../fakes/buckets/bodies.js';
import type { Bucket } from '../../fakes/buckets/bucket.js';
import { md5Hex } from '../../fakes/buckets/digest.js';
import { imageBucket } from '../../fakes/buckets/image-bucket.js';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { sizedObject } from '../../fakes/buckets/procedural-body.js';
import { proceduralBucket } from '../../fakes/buckets/procedural-bucket.js';
import { END_OF_LIST } from '../../fakes/upyun/cursor.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import { listPages, parseRows, signedGet } from '../../fakes/wire/raw-client.js';

function* keysOf(bucket: Bucket, directory = ''): Generator<string> {
  const query = { limit: Number.MAX_SAFE_INTEGER, descending: false, order: 'files-first' } as const;
  for (const { name, isFolder } of bucket.page(directory, query)?.items ?? []) {
    if (isFolder) yield* keysOf(bucket, `${directory}${name}/`);
    else yield directory + name;
  }
}

test('a memory bucket makes the folders of its keys, and keeps them when objects go', () => {
  const bucket = memoryBucket({ 'a/b/c': '1', 'a//d': '2' }, { folders: ['e/f'] });
  for (const folder of ['', 'a/', 'a/b/', 'a//', 'e/', 'e/f/']) assert.ok(bucket.hasFolder(folder), folder);
  assert.deepEqual([...keysOf(bucket)], ['a//d', 'a/b/c']);
  assert.ok(bucket.delete('a/b/c'));
  assert.ok(!bucket.delete('a/b/c'));
  assert.ok(bucket.hasFolder('a/b/'));
  bucket.put('a/b/new', '345');
  assert.equal(bucket.usageBytes('a/'), 4);
  bucket.deleteFolder('a/b');
  assert.deepEqual([...keysOf(bucket)], ['a//d']);
});

test('a million objects are listed over HTTP in 100 pages, each name once and in order', async (t) => {
  const bucket = proceduralBucket({ objectsPerDirectory: 1_000_000 });
  const server = await startUpyunServer({ buckets: { big: bucket } });
  t.after(() => server.close());
  const pages = await listPages(server.endpoint, '/big/', { 'x-list-limit': 10_000 });
  assert.equal(pages.length, 100);
  let count = 0;
  let bytes = 0;
  let previous = '';
  for (const row of pages.flatMap((page) => parseRows(page.text))) {
    assert.ok(row.name > previous);
    previous = row.name;
    count += 1;
    bytes += row.size;
  }
  assert.equal(count, 1_000_000);
  assert.equal((await signedGet(server.endpoint, '/big/?usage')).text, String(bytes));
});

test('a bucket of 300 million objects can be entered anywhere', () => {
  const bucket = proceduralBucket({ objectsPerDirectory: 300_000_000 });
  const from = { name: '299999998.jpg', isFolder: false };
  const page = bucket.page('', { from, limit: 10, descending: false, order: 'mixed' });
  assert.deepEqual(
    page?.items.map((item) => item.name),
    ['299999998.jpg', '299999999.jpg'],
  );
  assert.equal(page?.next, undefined);
  assert.ok(bucket.usageBytes('') > 300_000_000 * 15_000);
});

test('a nested procedural bucket holds what it lists, with the size and bytes it says', async () => {
  const bucket = proceduralBucket({ objectsPerDirectory: 7, directories: [3, 11], seed: 5 });
  const keys = [...keysOf(bucket)];
  assert.equal(keys.length, 231);
  assert.equal(new Set(keys).size, 231);
  assert.deepEqual(
    keys,
    keys.map((_, index) => bucket.keyOf(index)),
  );
  let total = 0;
  const digests = new Set<string>();
  for (const key of keys) {
    const { body } = bucket.find(key)!;
    const bytes = readAll(body);
    assert.equal(bytes.length, body.size);
    assert.equal(await body.md5(), md5Hex(bytes));
    digests.add(md5Hex(bytes));
    total += bytes.length;
  }
  assert.equal(digests.size, 231);
  assert.equal(bucket.usageBytes(''), total);
  assert.ok(bucket.usageBytes('d1/d03/') < bucket.usageBytes('d1/'));
  for (const wrong of ['d3/d00/0.jpg', 'd0/d0/0.jpg', 'd0/d00/7.jpg', 'd0/d00/0.png', 'd0/d00', '0.jpg', '']) {
    assert.equal(bucket.find(wrong), undefined, wrong);
  }
  assert.ok(!bucket.hasFolder('d0/d00/0.jpg/'));
});

test('sizes are lognormal around their median, or fixed, and the same for the same seed', () => {
  const sizes = (options: object) => {
    const bucket = proceduralBucket({ objectsPerDirectory: 4096, ...options });
    return bucket.page('', { limit: 4096, descending: false, order: 'mixed' })!.items.map((item) => item.size);
  };
  const median = sizes({}).sort((a, b) => a - b)[2048]!;
  assert.ok(median > 18_000 && median < 22_000, `${median}`);
  assert.deepEqual(sizes({ seed: 3 }), sizes({ seed: 3 }));
  assert.notDeepEqual(sizes({ seed: 3 }), sizes({ seed: 4 }));
  assert.deepEqual(new Set(sizes({ sizes: 123 })), new Set([123]));
});

test('a sized object has the bytes and the digest of its length, also where chunks meet', async () => {
  for (const size of [0, 1, 11, 12, 65_535, 65_536, 65_537, 200_000, 2_000_000]) {
    const object = sizedObject(size, { seed: 9 });
    const bytes = readAll(object);
    assert.equal(bytes.length, size);
    assert.equal(await object.md5(), md5Hex(bytes));
    for (const [start, end] of [
      [0, 5],
      [65_530, 65_540],
      [65_536, 131_073],
      [size - 3, size],
    ] as const) {
      if (start < 0 || end > size) continue;
      const part = object.read(start, end);
      assert.ok((Buffer.isBuffer(part) ? part : Buffer.concat([...part])).equals(bytes.subarray(start, end)));
    }
  }
});

test('an image bucket holds valid pictures of 1 to 60 kB, some with Chinese names', () => {
  const bucket = imageBucket({ count: 300, seed: 2 });
  const keys = [...keysOf(bucket)];
  assert.equal(keys.length, 300);
  assert.ok(keys.some((key) => /[\u4e00-\u9fff]/.test(key)));
  assert.deepEqual([...keysOf(imageBucket({ count: 300, seed: 2 }))], keys);
  for (const key of keys.slice(0, 50)) {
    const { body, contentType } = bucket.find(key)!;
    const bytes = readAll(body);
    assert.equal(contentType, 'image/png');
    assert.equal(bytes.length, body.size);
    assert.ok(bytes.length >= 1_000 && bytes.length <= 60_000);
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    const pixels = inflateSync(bytes.subarray(41, bytes.length - 16));
    assert.equal(pixels.length, height * (1 + width * 3));
  }
});

test('all pages but the last carry a cursor that is not the end', async (t) => {
  const server = await startUpyunServer({ buckets: { pics: imageBucket({ count: 50 }) } });
  t.after(() => server.close());
  const pages = await listPages(server.endpoint, '/pics/', { 'x-list-limit': 2 });
  const cursors = pages.map((page) => page.headers['x-upyun-list-iter']);
  assert.equal(cursors.indexOf(END_OF_LIST), cursors.length - 1);
});
