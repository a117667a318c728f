// The command against a real gateway of Ceph: keys that make other tools fail, refusals, and one flat prefix in ranges.

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import { compareKeys } from '../../../../src/sources/s3/listing/byte-order.js';
import { bytesFor } from '../../../support/cli/contents.js';
import { openS3World } from '../../../support/cli/s3-world.js';
import { flipByte, readTree } from '../../../support/cli/tree.js';
import { type Ceph, skipWithoutCeph, startCeph } from '../../../support/s3/ceph.js';
import { type S3Client, s3Client } from '../../../support/s3/client.js';
import { HOSTILE_KEYS, hostileObjects, MARKERS } from '../../../support/s3/hostile-keys.js';
import { type S3Proxy, startS3Proxy } from '../../../support/s3/proxy.js';
import { keysBy, skipWithoutTool, TOOLS, uploadInParts } from '../../../support/s3/tools.js';

const skip = skipWithoutCeph();
let ceph: Ceph;
let client: S3Client;
let proxy: S3Proxy;

before(async () => {
  if (skip !== false) return;
  ceph = await startCeph();
  client = s3Client(ceph.endpoint, ceph.keys);
  proxy = await startS3Proxy(ceph.endpoint);
  await client.createBucket('hostile');
  await client.fill('hostile', hostileObjects());
  await client.createBucket('tame');
  await client.fill('tame', Object.fromEntries(TAME.map((key) => [key, Buffer.from(key)])));
  await client.createBucket('flat');
  await client.fill('flat', FLAT, 32);
});

after(async () => {
  client?.close();
  await proxy?.close();
  await ceph?.close();
});

/** Names of several lengths and two heads, as exports of cameras and shops have them. */
const FLAT = Object.fromEntries(
  Array.from({ length: 5_000 }, (_, n) => {
    const key = n % 10 === 0 ? `商品-${n * 7_919}.jpg` : `IMG_2024${String(n * 37).padStart(6, '0')}.jpg`;
    return [key, bytesFor(key, 1 + (n % 40))];
  }),
);

/** Awkward, but none that a tool is known to change or to stop at. */
const TAME = HOSTILE_KEYS.filter((key) => !/\p{Cc}|\/\/|(^|\/)\.{1,2}(\/|$)|^\/|\/$/u.test(key));

const world = (t: TestContext) => openS3World(t, { endpoint: proxy.endpoint, keys: ceph.keys });

/** (Which of `a` and `a/b` gets a path of another name depends on which comes first.) */
const bodiesIn = async (folder: string) => [...(await readTree(folder)).values()].map(String).sort();

test('hostile keys: mirror, once more, list | fetch and verify --checksum, with control characters last on a page', {
  skip,
}, async (t) => {
  const { run, to } = await world(t);
  const bodies = HOSTILE_KEYS.map((key, index) => `${index}: ${key}`).sort();
  const count = HOSTILE_KEYS.length;
  proxy.take();
  const listed = (await run(['list', 's3://hostile', '--page-size', '1'])).expectExit(0);
  assert.deepEqual([...listed.keys].sort(), [...HOSTILE_KEYS].sort());
  const begins = new Set(proxy.take().pages);
  for (const key of [...HOSTILE_KEYS, ...MARKERS].filter((key) => /\p{Cc}|%|&|\+/u.test(key)))
    assert.ok(begins.has(key), `no page begins behind ${JSON.stringify(key)}`);
  const fetched = await run(['fetch', '--from', 's3://hostile', '--to', `${to}-2`, '--json'], { input: listed.stdout });
  assert.equal(fetched.expectExit(0).counts.stored, count);
  assert.deepEqual(await bodiesIn(`${to}-2`), bodies);

  const first = (await run(['mirror', 's3://hostile', '--to', to, '--json', '--page-size', '7'])).expectExit(0);
  assert.deepEqual(first.counts, { listed: count, stored: count, skipped: 0, gone: 0, failed: 0 });
  assert.deepEqual(await bodiesIn(to), bodies);
  proxy.take();
  const again = (await run(['mirror', 's3://hostile', '--to', to, '--json'])).expectExit(0);
  assert.equal(again.counts.skipped, count);
  assert.equal(proxy.take().gets, 0, 'nothing is fetched again');

  const check = ['verify', 's3://hostile', '--to', to, '--checksum', '--extra', '--json'];
  assert.equal((await run(check)).expectExit(0).counts.skipped, count);
  const [path] = (await readTree(to)).keys();
  await flipByte(join(to, path!));
  assert.equal((await run(check)).expectExit(1).counts.failed, 1);
});

test('an object that was uploaded in parts, and a prefix', { skip }, async (t) => {
  const { run, to } = await world(t);
  const parts = [bytesFor('one', 5 * 1024 * 1024), bytesFor('two', 123_457)];
  await client.createBucket('parts');
  await client.putInParts('parts', 'folder/large.bin', parts);
  await client.fill('parts', { 'folder/small': Buffer.from('small'), 'folder-2/other': Buffer.from('other') });
  const list = (await run(['list', 's3://parts/folder/'])).expectExit(0);
  assert.deepEqual(list.keys, ['large.bin', 'small']);
  const copied = (await run(['mirror', 's3://parts/folder', '--to', to, '--json'])).expectExit(0);
  assert.equal(copied.counts.stored, 2);
  assert.ok((await readFile(join(to, 'large.bin'))).equals(Buffer.concat(parts)));
  // Its ETag ends with -2: no MD5 to compare with, but the one that was noted when it was stored.
  const check = ['verify', 's3://parts/folder', '--to', to, '--checksum', '--json'];
  (await run(check)).expectExit(0);
  await flipByte(join(to, 'large.bin'));
  (await run(check)).expectExit(1);
});

test('what rclone and s3cmd upload in parts is checked by the MD5 that they write beside it', {
  skip: skip || skipWithoutTool('rclone') || skipWithoutTool('s3cmd'),
}, async (t) => {
  const { run, to, folder } = await world(t);
  const body = bytesFor('in parts', 6 * 1024 * 1024);
  const file = join(folder, 'file');
  await writeFile(file, body);
  await client.createBucket('uploads');
  await uploadInParts('rclone', ceph, file, 'uploads');
  await uploadInParts('s3cmd', ceph, file, 'uploads');
  const listed = (await run(['list', 's3://uploads'])).expectExit(0);
  for (const { etag } of listed.lines) assert.match(String(etag), /-2$/);
  const { summary } = (await run(['mirror', 's3://uploads', '--to', to, '--json'])).expectExit(0);
  assert.deepEqual((summary as { checkedBy?: unknown }).checkedBy, { md5: 2 });
  for (const name of ['rclone', 's3cmd']) assert.ok((await readFile(join(to, name))).equals(body));
  await rm(join(to, '.sluice/digests'));
  const check = ['verify', 's3://uploads', '--to', to, '--checksum', '--json'];
  (await run(check)).expectExit(0);
  await flipByte(join(to, 's3cmd'));
  const wrong = (await run(check)).expectExit(1);
  assert.deepEqual(
    wrong.lines.map(({ key, reason }) => [key, reason]),
    [['s3cmd', 'digest']],
  );
});

test('refusals say what is wrong: the secret, the key, the bucket; a public bucket needs none', { skip }, async (t) => {
  const { run, to } = await world(t);
  const list = (bucket: string, env = {}, args: string[] = []) => run(['list', `s3://${bucket}`, ...args], { env });
  const secret = (await list('hostile', { AWS_SECRET_ACCESS_KEY: 'WRONGWRONG' })).expectExit(3);
  assert.match(secret.stderr, /SignatureDoesNotMatch.*check the secret key/);
  const key = (await list('hostile', { AWS_ACCESS_KEY_ID: 'UNKNOWN' })).expectExit(3);
  assert.match(key.stderr, /InvalidAccessKeyId/);
  const bucket = (await list('no-such-bucket')).expectExit(3);
  assert.match(bucket.stderr, /NoSuchBucket/);
  const closed = (await list('hostile', {}, ['--no-sign-request'])).expectExit(3);
  assert.match(closed.stderr, /AccessDenied/);
  for (const { stderr } of [secret, key, bucket, closed])
    assert.doesNotMatch(stderr, new RegExp(`WRONGWRONG|${ceph.keys.secretAccessKey}`));

  await client.createBucket('public', { 'x-amz-acl': 'public-read' });
  const readable = { 'x-amz-acl': 'public-read' };
  await client.put('public', 'for all+.jpg', Buffer.from('for all'), readable);
  await client.put('public', 'for one.jpg', Buffer.from('for one'));
  const open = (await run(['mirror', 's3://public', '--to', to, '--json', '--no-sign-request'])).expectExit(1);
  assert.deepEqual(open.counts, { listed: 2, stored: 1, skipped: 0, gone: 0, failed: 1 });
  assert.match(open.stderr, /ERR_FORBIDDEN_OBJECT/);
  assert.equal(String(await readFile(join(to, 'for all+.jpg'))), 'for all');
});

test('the clock of this machine is two hours wrong: Sluice takes the time of the gateway', { skip }, async (t) => {
  const { run, to } = await world(t);
  const wrong = 'data:text/javascript,(now=>{Date.now=()=>now()-7_200_000})(Date.now)';
  proxy.take();
  const args = ['mirror', 's3://hostile', '--to', to, '--json', '--concurrency', '4'];
  const { counts } = (await run(args, { env: { NODE_OPTIONS: `--import ${wrong}` } })).expectExit(0);
  assert.equal(counts.stored, HOSTILE_KEYS.length);
  const { gets, pages } = proxy.take();
  const refused = gets + pages.length - HOSTILE_KEYS.length - 1;
  assert.ok(refused >= 1 && refused <= 4, `${refused} requests were refused before the time was known`);
});

test('one flat prefix: with 16 requests at once the same keys as one by one', { skip }, async (t) => {
  const { run } = await world(t);
  const all = Object.keys(FLAT);
  const list = async (atOnce: number) => {
    proxy.take();
    const result = await run(['list', 's3://flat', '--page-size', '50', '--list-concurrency', String(atOnce)]);
    return { keys: result.expectExit(0).keys as string[], ...proxy.take() };
  };
  const one = await list(1);
  assert.deepEqual(one.keys, all.sort(compareKeys));
  assert.deepEqual([one.pages.length, one.mostListings], [100, 1]);
  // As a line of some length, so that requests are there together.
  proxy.fault = () => new Promise((resolve) => setTimeout(resolve, 10, false));
  const many = await list(16);
  proxy.fault = undefined;
  assert.deepEqual(many.keys.sort(compareKeys), all);
  assert.ok(many.mostListings >= 12, `${many.mostListings} at once`);
  assert.ok(many.pages.length < 200, `${many.pages.length} requests for 100 pages`);
});

for (const tool of TOOLS) {
  test(`${tool} prints the same keys`, { skip: skip || skipWithoutTool(tool) }, async (t) => {
    const { run } = await world(t);
    const sluice = (await run(['list', 's3://flat'])).expectExit(0);
    assert.deepEqual((await keysBy(tool, ceph, 'flat')).sort(), [...sluice.keys].sort());
    assert.deepEqual((await keysBy(tool, ceph, 'tame', 10)).sort(), [...TAME].sort());
    // Reported, not asserted: a newer version may do better.
    const hostile = await keysBy(tool, ceph, 'hostile', 2).catch((error: Error) => error);
    const outcome = hostile instanceof Error ? 'fails' : `prints ${hostile.length} lines`;
    t.diagnostic(
      `${tool} on ${HOSTILE_KEYS.length} hostile keys and ${MARKERS.length} markers, pages of 2: ${outcome}`,
    );
  });
}
