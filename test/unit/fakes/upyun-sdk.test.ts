// The fake is only worth something if the vendor's own client cannot tell it from the service.

import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import test, { type TestContext } from 'node:test';
import upyun from 'upyun';
import { md5Hex } from '../../fakes/buckets/digest.js';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { END_OF_LIST } from '../../fakes/upyun/cursor.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';

const PICTURE = Buffer.from([0xff, 0xd8, 0x00, 0x80, 0xfe]);

async function start(t: TestContext) {
  const names = Array.from({ length: 25 }, (_, index) => `图片 ${String(index).padStart(2, '0')}.jpg`);
  const contents = Object.fromEntries(names.map((name) => [`相册/2016 秋/${name}`, PICTURE]));
  const bucket = memoryBucket({ ...contents, 'read me.txt': 'hello', 'what?.txt': '?', 'number #1.txt': '#' });
  bucket.putFolder('empty');
  const server = await startUpyunServer({ buckets: { 'sdk-bucket': bucket } });
  t.after(() => server.close());
  const service = new upyun.Service('sdk-bucket', 'operator', 'password');
  const domain = server.endpoint.replace('http://', '');
  return { server, names, client: new upyun.Client(service, { domain, protocol: 'http', proxy: false }) };
}

test('the official SDK lists several pages to the end', async (t) => {
  const { client, names, server } = await start(t);
  const files: upyun.File[] = [];
  let iter = '';
  do {
    const page = await client.listDir('/相册/2016 秋', { limit: 10, iter });
    assert.ok(page);
    files.push(...page.files);
    iter = page.next;
  } while (iter !== END_OF_LIST);
  assert.deepEqual(
    files.map((file) => file.name),
    names,
  );
  assert.deepEqual(files[0], { name: names[0], type: 'N', size: PICTURE.length, time: 1_478_701_618 });
  assert.equal(server.counters.list, 3);
  assert.ok(server.log.every((entry) => entry.authorised && entry.headers['x-date']));
});

test('the official SDK lists downwards, empty and missing folders', async (t) => {
  const { client } = await start(t);
  const down = await client.listDir('/', { order: 'desc', limit: 1 });
  assert.ok(down);
  assert.equal(down.files[0]?.name, '相册');
  assert.deepEqual(await client.listDir('/empty'), { files: [], next: END_OF_LIST });
  assert.equal(await client.listDir('/missing'), false);
});

test('the official SDK reads objects, as text and into a stream', async (t) => {
  const { client, names } = await start(t);
  assert.equal(await client.getFile('/read me.txt'), 'hello');
  const chunks: Buffer[] = [];
  const into = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await client.getFile(`/相册/2016 秋/${names[3]}`, into);
  assert.deepEqual(Buffer.concat(chunks), PICTURE);
  assert.equal(await client.getFile('/missing.txt'), false);
});

test('the official SDK describes objects and folders', async (t) => {
  const { client, names } = await start(t);
  assert.deepEqual(await client.headFile(`/相册/2016 秋/${names[0]}`), {
    'Content-Md5': md5Hex(PICTURE),
    type: 'file',
    size: PICTURE.length,
    date: 1_478_701_618,
  });
  const folder = await client.headFile('/相册');
  assert.ok(folder);
  assert.equal(folder.type, 'folder');
  assert.equal(await client.headFile('/missing'), false);
});

test('the official SDK asks for the usage, with the query in its signature', async (t) => {
  const { client } = await start(t);
  assert.equal(await client.usage(), 25 * PICTURE.length + 'hello'.length + 2);
  assert.equal(await client.usage('/相册/'), 25 * PICTURE.length);
});

// The SDK's own faults: it encodes with encodeURI, which leaves `?` and `#` alone.
test('the official SDK cannot read keys with a question mark, and is refused for a number sign', async (t) => {
  const { client, server } = await start(t);
  assert.equal(await client.getFile('/what?.txt'), false, 'the rest of the name is sent as a query');
  assert.equal(server.log.at(-1)?.key, 'what');
  await assert.rejects(client.getFile('/number #1.txt'), /401/);
  assert.equal(server.log.at(-1)?.key, 'number ', 'the rest of the name is signed but not sent');
});
