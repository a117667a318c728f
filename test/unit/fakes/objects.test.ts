// GET and HEAD of objects, with ranges, conditions, digests and image versions.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { md5Hex } from '../../fakes/buckets/digest.js';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { sizedObject } from '../../fakes/buckets/procedural-body.js';
import type { ObjectBehaviour } from '../../fakes/upyun/behaviour.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import { variantBody } from '../../fakes/upyun/variant.js';
import { rawRequest, signed, signedGet } from '../../fakes/wire/raw-client.js';

const BODY = 'the bytes of a picture';
const MD5 = md5Hex(BODY);

async function start(t: TestContext, object: Partial<ObjectBehaviour> = {}) {
  const bucket = memoryBucket({
    'a/pic.jpg': { body: BODY, mtimeSeconds: 1_500_000_000 },
    'a!b.jpg': 'key with a separator',
    'empty.bin': '',
    'old.bin': { body: 'old', etag: 'no-digest-at-all' },
  });
  const server = await startUpyunServer({ buckets: { pics: bucket }, object });
  t.after(() => server.close());
  return server;
}

function signedHead(origin: string, path: string) {
  return rawRequest(origin, path, { method: 'HEAD', headers: signed(path, { method: 'HEAD' }) });
}

test('sends an object with its length, type, date and digest', async (t) => {
  const { endpoint, log } = await start(t);
  const { status, headers, text } = await signedGet(endpoint, '/pics/a/pic.jpg');
  assert.deepEqual([status, text], [200, BODY]);
  assert.equal(headers['content-length'], String(BODY.length));
  assert.equal(headers['content-type'], 'image/jpeg');
  assert.equal(headers['last-modified'], 'Fri, 14 Jul 2017 02:40:00 GMT');
  assert.equal(headers.etag, `"${MD5}"`);
  assert.equal(headers['content-md5'], undefined);
  assert.equal(headers['x-upyun-file-type'], 'JPEG');
  const entry = log.at(-1);
  assert.deepEqual(
    [entry?.view, entry?.kind, entry?.key, entry?.status, entry?.bytesSent, entry?.at],
    ['rest', 'get', 'a/pic.jpg', 200, BODY.length, 1],
  );
});

test('describes an object to HEAD, and a folder', async (t) => {
  const { endpoint, object } = await start(t);
  const { status, headers, text } = await signedHead(endpoint, '/pics/a/pic.jpg');
  assert.deepEqual([status, text], [200, '']);
  assert.equal(headers['x-upyun-file-type'], 'file');
  assert.equal(headers['x-upyun-file-size'], String(BODY.length));
  assert.equal(headers['x-upyun-file-date'], '1500000000');
  assert.equal(headers['content-md5'], MD5);
  assert.equal(headers['content-length'], String(BODY.length));
  assert.equal((await signedHead(endpoint, '/pics/a')).headers['x-upyun-file-type'], 'folder');
  const missing = await signedHead(endpoint, '/pics/x');
  assert.deepEqual([missing.status, missing.headers['x-error-code']], [404, '40400001']);
  object.headContentLength = false;
  assert.equal((await signedHead(endpoint, '/pics/a/pic.jpg')).headers['content-length'], undefined);
});

test('sends empty objects', async (t) => {
  const { endpoint } = await start(t);
  const { status, headers, body } = await signedGet(endpoint, '/pics/empty.bin');
  assert.deepEqual([status, body.length, headers['content-length']], [200, 0, '0']);
  assert.equal(headers.etag, '"d41d8cd98f00b204e9800998ecf8427e"');
});

test('sends the digest headers it is told to send', async (t) => {
  const { endpoint, object } = await start(t);
  const expected = {
    documented: [`"${MD5}"`, undefined],
    etag: [`"${MD5}"`, undefined],
    'content-md5': [undefined, MD5],
    both: [`"${MD5}"`, MD5],
    none: [undefined, undefined],
  } as const;
  for (const [digest, headersExpected] of Object.entries(expected)) {
    object.digest = digest as ObjectBehaviour['digest'];
    const { headers } = await signedGet(endpoint, '/pics/a/pic.jpg');
    assert.deepEqual([headers.etag, headers['content-md5']], headersExpected, digest);
  }
});

test('sends an ETag that is no digest for an object that has one', async (t) => {
  const { endpoint } = await start(t);
  assert.equal((await signedGet(endpoint, '/pics/old.bin')).headers.etag, '"no-digest-at-all"');
});

test('answers ranges', async (t) => {
  const { endpoint } = await start(t);
  const ranges = { 'bytes=4-8': 'bytes', 'bytes=15-': 'picture', 'bytes=-7': 'picture', 'bytes=0-999': BODY };
  for (const [range, expected] of Object.entries(ranges)) {
    const { status, headers, text } = await signedGet(endpoint, '/pics/a/pic.jpg', { range });
    assert.deepEqual([status, text], [206, expected], range);
    const first = BODY.indexOf(expected);
    assert.equal(headers['content-range'], `bytes ${first}-${first + expected.length - 1}/${BODY.length}`);
    assert.equal(headers.etag, `"${MD5}"`);
  }
});

test('refuses ranges that cannot be: 400 on the API, 416 on the CDN', async (t) => {
  const server = await start(t);
  for (const range of ['bytes=22-', 'bytes=9-8', 'bytes=0-1,4-5', 'bytes=-', 'bytes=-0', 'rows=0-1']) {
    const answer = await signedGet(server.endpoint, '/pics/a/pic.jpg', { range });
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [400, 40001161], range);
    assert.equal((await rawRequest(server.cdn('pics'), '/a/pic.jpg', { headers: { range } })).status, 416, range);
  }
  assert.equal((await signedGet(server.endpoint, '/pics/empty.bin', { range: 'bytes=0-' })).status, 400);
});

test('can answer 200 to a range', async (t) => {
  const { endpoint } = await start(t, { ignoreRange: true });
  const { status, text, headers } = await signedGet(endpoint, '/pics/a/pic.jpg', { range: 'bytes=4-8' });
  assert.deepEqual([status, text, headers['content-range']], [200, BODY, undefined]);
});

test('keeps the conditions of a request', async (t) => {
  const { endpoint } = await start(t);
  const get = async (headers: Record<string, string>) => (await signedGet(endpoint, '/pics/a/pic.jpg', headers)).status;
  assert.equal(await get({ 'if-none-match': `"${MD5}"` }), 304);
  assert.equal(await get({ 'if-none-match': '"other"' }), 200);
  assert.equal(await get({ 'if-match': `"${MD5}"` }), 200);
  assert.equal(await get({ 'if-match': '"other"' }), 412);
  assert.equal(await get({ range: 'bytes=1-', 'if-range': `"${MD5}"` }), 206);
  assert.equal(await get({ range: 'bytes=1-', 'if-range': '"other"' }), 200);
});

test('can leave the length out', async (t) => {
  const { endpoint } = await start(t, { chunked: true });
  const { headers, text } = await signedGet(endpoint, '/pics/a/pic.jpg');
  assert.deepEqual([headers['content-length'], headers['transfer-encoding'], text], [undefined, 'chunked', BODY]);
});

test('can compress, but only for those who offer it', async (t) => {
  const { endpoint, faults } = await start(t, { gzip: true });
  const offered = await signedGet(endpoint, '/pics/a/pic.jpg', { 'accept-encoding': 'deflate, gzip' });
  assert.deepEqual([offered.headers['content-encoding'], offered.headers['content-length']], ['gzip', undefined]);
  assert.equal(gunzipSync(offered.body).toString(), BODY);
  const identity = await signedGet(endpoint, '/pics/a/pic.jpg', { 'accept-encoding': 'identity' });
  assert.deepEqual([identity.headers['content-encoding'], identity.text], [undefined, BODY]);
  faults.add({ action: { gzipUnasked: true } });
  const unasked = await signedGet(endpoint, '/pics/a/pic.jpg', { 'accept-encoding': 'identity' });
  assert.equal(unasked.headers['content-encoding'], 'gzip');
});

test('serves image versions: smaller, other bytes, with a digest of their own', async (t) => {
  const server = await start(t);
  const expected = variantBody(Buffer.from(BODY), 's400');
  assert.ok(expected.length < BODY.length);
  assert.notDeepEqual(expected, variantBody(Buffer.from(BODY), 's100'));
  const cdn = await rawRequest(server.cdn('pics'), '/a/pic.jpg!s400');
  const rest = await signedGet(server.endpoint, '/pics/a/pic.jpg!s400');
  for (const answer of [cdn, rest]) {
    assert.deepEqual(answer.body, expected);
    assert.equal(answer.headers.etag, `"${md5Hex(expected)}"`);
  }
  server.object.separator = '_';
  assert.deepEqual((await rawRequest(server.cdn('pics'), '/a/pic.jpg_s400')).body, expected);
});

test('finds a key that contains the separator on the API only', async (t) => {
  const server = await start(t);
  assert.equal((await signedGet(server.endpoint, '/pics/a!b.jpg')).text, 'key with a separator');
  assert.equal((await rawRequest(server.cdn('pics'), '/a!b.jpg')).status, 404);
});

test('sends a large object in chunks, and any range of it', async (t) => {
  const large = sizedObject(5_000_000);
  const server = await startUpyunServer({ buckets: { pics: memoryBucket({ 'large.bin': large }) } });
  t.after(() => server.close());
  const { body, headers } = await signedGet(server.endpoint, '/pics/large.bin');
  assert.equal(body.length, 5_000_000);
  assert.equal(headers.etag, `"${md5Hex(body)}"`);
  for (const range of ['bytes=65530-65545', 'bytes=131072-', 'bytes=4999999-4999999']) {
    const part = await signedGet(server.endpoint, '/pics/large.bin', { range });
    const [first, last] = range.slice(6).split('-');
    assert.ok(part.body.equals(body.subarray(Number(first), last ? Number(last) + 1 : undefined)), range);
  }
});
