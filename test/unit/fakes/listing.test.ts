// Listings by the rules: both forms, both orders, cursors, limits, folders that are empty or missing.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type MemoryBucket, memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import type { ListBehaviour } from '../../fakes/upyun/behaviour.js';
import { decodeCursor, END_OF_LIST, encodeCursor } from '../../fakes/upyun/cursor.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import { listPages, parseRows, type RawAnswer, signedGet } from '../../fakes/wire/raw-client.js';

const CONTENTS = {
  'b.jpg': 'bb',
  'd 1.txt': 'd',
  '中文.png': 'zh',
  'a/one.jpg': '1',
  'c/two.jpg': '2',
  'c/deep/three.jpg': '3',
};

async function start(t: TestContext, list: Partial<ListBehaviour> = {}, bucket: MemoryBucket = memoryBucket(CONTENTS)) {
  bucket.putFolder('empty/inner');
  const server = await startUpyunServer({ buckets: { pics: bucket }, list });
  t.after(() => server.close());
  return server;
}

function namesOf(pages: RawAnswer[]): string[] {
  return pages.flatMap((page) => parseRows(page.text).map((row) => row.name));
}

function iterOf(answer: RawAnswer): unknown {
  return answer.headers['x-upyun-list-iter'];
}

test('lists one level as tab-separated rows, files first, with the end marker', async (t) => {
  const { endpoint } = await start(t);
  const answer = await signedGet(endpoint, '/pics/');
  assert.equal(answer.status, 200);
  assert.equal(iterOf(answer), END_OF_LIST);
  assert.equal(
    answer.text,
    [
      'b.jpg\tN\t2\t1478701618',
      'd 1.txt\tN\t1\t1478701618',
      '中文.png\tN\t2\t1478701618',
      'a\tF\t0\t1478701618',
      'c\tF\t0\t1478701618',
      'empty\tF\t0\t1478701618',
    ].join('\n'),
  );
});

test('lists as JSON for exactly that Accept header, with the cursor in the body', async (t) => {
  const { endpoint, list } = await start(t);
  const answer = await signedGet(endpoint, '/pics/c', { accept: 'application/json' });
  const file = { type: 'image/jpeg', name: 'two.jpg', length: 1, last_modified: 1_478_701_618 };
  const folder = { type: 'folder', name: 'deep', length: 0, last_modified: 1_478_701_618 };
  assert.deepEqual(JSON.parse(answer.text), { files: [file, folder], iter: END_OF_LIST });
  assert.equal(iterOf(answer), undefined);

  list.headerWithJson = true;
  assert.equal(iterOf(await signedGet(endpoint, '/pics/c', { accept: 'application/json' })), END_OF_LIST);
  const mixed = await signedGet(endpoint, '/pics/c', { accept: 'application/json, text/plain, */*' });
  assert.match(mixed.text, /^two\.jpg\tN/);
});

test('pages through a directory in either order without losing or repeating a row', async (t) => {
  const { endpoint } = await start(t);
  const upwards = await listPages(endpoint, '/pics/', { 'x-list-limit': 2 });
  assert.deepEqual(namesOf(upwards), ['b.jpg', 'd 1.txt', '中文.png', 'a', 'c', 'empty']);
  assert.equal(upwards.length, 3, 'the marker comes with the last page that is full');
  const downwards = await listPages(endpoint, '/pics/', { 'x-list-limit': 4, 'x-list-order': 'desc' });
  assert.deepEqual(namesOf(downwards), namesOf(upwards).reverse());
  const onlyAsc = await signedGet(endpoint, '/pics/', { 'x-list-order': 'random' });
  assert.deepEqual([onlyAsc.status, JSON.parse(onlyAsc.text).code], [403, 40300014]);
});

test('pages through JSON too', async (t) => {
  const { endpoint } = await start(t);
  const headers = { accept: 'application/json', 'x-list-limit': 5 };
  const first = JSON.parse((await signedGet(endpoint, '/pics/', headers)).text);
  const second = JSON.parse((await signedGet(endpoint, '/pics/', { ...headers, 'x-list-iter': first.iter })).text);
  assert.deepEqual([first.files.length, second.files.length, second.iter], [5, 1, END_OF_LIST]);
});

test('mixes files and folders by name when told so', async (t) => {
  const { endpoint } = await start(t, { order: 'mixed' });
  const pages = await listPages(endpoint, '/pics/', { 'x-list-limit': 1 });
  assert.deepEqual(namesOf(pages), ['a', 'b.jpg', 'c', 'd 1.txt', 'empty', '中文.png']);
});

test('names the next item in its cursors', async (t) => {
  const { endpoint } = await start(t);
  const file = await signedGet(endpoint, '/pics/', { 'x-list-limit': 2 });
  assert.equal(Buffer.from(String(iterOf(file)), 'base64').toString(), 'pics/@#中文.png');
  const folder = await signedGet(endpoint, '/pics/c', { 'x-list-limit': 1 });
  assert.equal(Buffer.from(String(iterOf(folder)), 'base64').toString(), 'pics/~c/@~deep');
});

test('goes on with the following item when the one a cursor names was deleted', async (t) => {
  const bucket = memoryBucket(CONTENTS);
  const { endpoint } = await start(t, {}, bucket);
  const first = await signedGet(endpoint, '/pics/', { 'x-list-limit': 1 });
  bucket.delete('d 1.txt');
  const next = await signedGet(endpoint, '/pics/', { 'x-list-limit': 1, 'x-list-iter': String(iterOf(first)) });
  assert.deepEqual(namesOf([next]), ['中文.png']);

  const downFirst = await signedGet(endpoint, '/pics/', { 'x-list-limit': 1, 'x-list-order': 'desc' });
  bucket.deleteFolder('c');
  const headers = { 'x-list-limit': 1, 'x-list-order': 'desc', 'x-list-iter': String(iterOf(downFirst)) };
  assert.deepEqual(namesOf([await signedGet(endpoint, '/pics/', headers)]), ['a']);
});

test('ends with an empty page when everything after the cursor is gone', async (t) => {
  const bucket = memoryBucket({ a: '1', b: '2' });
  const server = await startUpyunServer({ buckets: { pics: bucket } });
  t.after(() => server.close());
  const first = await signedGet(server.endpoint, '/pics/', { 'x-list-limit': 1 });
  bucket.delete('b');
  const rest = await signedGet(server.endpoint, '/pics/', { 'x-list-iter': String(iterOf(first)) });
  assert.deepEqual([rest.status, rest.text, iterOf(rest)], [200, '', END_OF_LIST]);
});

test('refuses cursors that are corrupt, forged, or of another directory or bucket', async (t) => {
  const { endpoint } = await start(t);
  const forged = [
    'not base64!',
    Buffer.from('pics/nonsense').toString('base64'),
    Buffer.from([0x70, 0xff]).toString('base64'),
    encodeCursor({ bucketName: 'pics', directory: 'c/', position: { name: 'two.jpg', isFolder: false } }),
    encodeCursor({ bucketName: 'other', directory: '', position: { name: 'b.jpg', isFolder: false } }),
    END_OF_LIST,
  ];
  for (const cursor of forged) {
    const answer = await signedGet(endpoint, '/pics/', { 'x-list-iter': cursor });
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [400, 40001005], cursor);
  }
});

test('survives its own cursors for names of every kind', () => {
  for (const directory of ['', '/', 'a//', '~a/@#b/', '中文 /']) {
    const place = { bucketName: 'pics', directory, position: { name: '@~#猫', isFolder: true } };
    assert.deepEqual(decodeCursor(encodeCursor(place)), place);
  }
});

test('answers 200 and nothing for an empty folder, 404 for a missing one', async (t) => {
  const { endpoint } = await start(t, { trailingNewline: true });
  const empty = await signedGet(endpoint, '/pics/empty/inner/');
  assert.deepEqual([empty.status, empty.text, iterOf(empty)], [200, '', END_OF_LIST]);
  for (const path of ['/pics/nowhere/', '/pics/b.jpg/']) {
    const missing = await signedGet(endpoint, path);
    assert.deepEqual([missing.status, JSON.parse(missing.text).code], [404, 40400001]);
  }
});

test('lists a folder for a GET without slash unless told that a file is meant', async (t) => {
  const { endpoint, log } = await start(t);
  assert.match((await signedGet(endpoint, '/pics/a')).text, /^one\.jpg\tN\t1\t/);
  assert.equal(log.at(-1)?.kind, 'list');
  assert.match((await signedGet(endpoint, '/pics', { 'x-upyun-folder': 'true' })).text, /^b\.jpg/);
  const file = await signedGet(endpoint, '/pics/a', { 'x-upyun-folder': 'false' });
  assert.deepEqual([file.status, JSON.parse(file.text).code], [403, 40300015]);
  const notFolder = await signedGet(endpoint, '/pics/b.jpg', { 'x-upyun-folder': 'true' });
  assert.deepEqual([notFolder.status, JSON.parse(notFolder.text).code], [404, 40401006]);
});

test('uses its default limit, and clamps or refuses larger ones', async (t) => {
  const { endpoint, list } = await start(t, { defaultLimit: 2, maxLimit: 4 });
  assert.equal(namesOf([await signedGet(endpoint, '/pics/')]).length, 2);
  assert.equal(namesOf([await signedGet(endpoint, '/pics/', { 'x-list-limit': 5 })]).length, 4);
  list.overLimit = 'refuse';
  assert.equal((await signedGet(endpoint, '/pics/', { 'x-list-limit': 5 })).status, 400);
  assert.equal((await signedGet(endpoint, '/pics/', { 'x-list-limit': 'many' })).status, 400);
});

test('cuts pages short in the middle of a listing, and still shows everything once', async (t) => {
  const keys = Array.from({ length: 200 }, (_, index) => `k${String(index).padStart(3, '0')}`);
  const bucket = memoryBucket(Object.fromEntries(keys.map((key) => [key, key])));
  const server = await startUpyunServer({ buckets: { pics: bucket }, list: { shortPages: true } });
  t.after(() => server.close());
  const pages = await listPages(server.endpoint, '/pics/', { 'x-list-limit': 20 });
  assert.deepEqual(namesOf(pages), keys);
  const lengths = new Set(pages.slice(0, -1).map((page) => parseRows(page.text).length));
  assert.ok(lengths.size > 2, 'pages have different lengths');
});

test('ends text with a newline when told so', async (t) => {
  const { endpoint } = await start(t, { trailingNewline: true });
  assert.equal((await signedGet(endpoint, '/pics/a/')).text, 'one.jpg\tN\t1\t1478701618\n');
});

test('answers with text, or with a refusal, where it does not know JSON', async (t) => {
  const { endpoint, list } = await start(t);
  const ask = () => signedGet(endpoint, '/pics/', { accept: 'application/json' });
  assert.match((await ask()).headers['content-type']!, /json/);
  list.knowsJson = false;
  assert.match((await ask()).text, /^b\.jpg\tN\t2\t/);
  for (const [status, code] of [
    [400, 40001008],
    [406, 40600001],
  ] as const) {
    list.refusesJson = status;
    const refused = await ask();
    assert.deepEqual([refused.status, JSON.parse(refused.text).code], [status, code]);
    assert.match((await signedGet(endpoint, '/pics/')).text, /^b\.jpg\t/);
  }
});

test('gives names with control characters as they are in text, and escaped in JSON', async (t) => {
  const names = ['\nx', 'x\n', 'x\tN\t1\t2\ny.jpg', 'z\0'];
  const bucket = memoryBucket(Object.fromEntries(names.map((name) => [name, 'x'])));
  const server = await startUpyunServer({ buckets: { pics: bucket } });
  t.after(() => server.close());
  const { text } = await signedGet(server.endpoint, '/pics/', { accept: 'application/json' });
  assert.deepEqual(
    JSON.parse(text).files.map(({ name }: { name: string }) => name),
    names.toSorted(),
  );
  assert.doesNotMatch(text, /[\u0000-\u001f]/);
  assert.equal((await signedGet(server.endpoint, '/pics/')).text.split('\n').length, 7);
  for (const name of names)
    assert.equal((await signedGet(server.endpoint, `/pics/${encodeURIComponent(name)}`)).text, 'x');
});

test('knows the bytes below any folder', async (t) => {
  const { endpoint, counters } = await start(t);
  assert.equal((await signedGet(endpoint, '/pics/?usage')).text, '8');
  assert.equal((await signedGet(endpoint, '/pics/c/?usage')).text, '2');
  assert.equal((await signedGet(endpoint, '/pics/c?usage')).text, '2');
  assert.equal((await signedGet(endpoint, '/pics/x/?usage')).status, 404);
  assert.equal(counters.usage, 4);
});

test('lists the whole bucket flat, with types and digests', async (t) => {
  const { endpoint, list } = await start(t);
  const pages = await listPages(endpoint, '/pics/?files', { 'x-list-limit': 2 });
  assert.deepEqual(namesOf(pages), ['b.jpg', 'd 1.txt', '中文.png', 'a/one.jpg', 'c/two.jpg', 'c/deep/three.jpg']);
  assert.equal(pages.length, 3);
  assert.match(pages[0]!.text, /^b\.jpg\timage\/jpeg\t2\t1478701618\t21ad0bd836b90d08f4cf640b4c298e7c\n/);
  const none = await signedGet(endpoint, '/pics/?files', { 'x-list-start': '1478701619' });
  assert.deepEqual([none.text, iterOf(none)], ['', END_OF_LIST]);
  list.flatList = false;
  assert.equal((await signedGet(endpoint, '/pics/?files')).status, 403);
});
