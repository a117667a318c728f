// --domain downloads through a CDN without a signature, --variant another version of each image.

import assert from 'node:assert/strict';
import test from 'node:test';
import { variantBody } from '../../../fakes/upyun/variant.js';
import { bytesFor, manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes } from '../../../support/cli/tree.js';

const OBJECTS: Record<string, Buffer | string> = {
  ...manyObjects(20, { folder: '2017/' }),
  '商品/a b%41.jpg': 'awkward',
  'large.bin': bytesFor('l', 2_000_000),
};

test('a mirror through --domain lists over the API, downloads from the CDN and never signs there', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: OBJECTS });
  (await mirror('--domain', server.cdn('pics'))).expectExit(0);
  await assertTree(to, OBJECTS);
  const gets = takeRequests(server, 'get');
  assert.equal(gets.length, 22);
  for (const { view, headers } of gets) {
    assert.equal(view, 'cdn');
    assert.equal(headers.authorization, undefined);
    assert.equal(headers.date, undefined);
    assert.equal(headers['accept-encoding'], 'identity');
  }
});

test('fetch through --domain needs no credentials, and a prefix in SOURCE is part of the path', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: OBJECTS });
  const env = { UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: undefined };
  const args = ['fetch', '--from', 'upyun://pics/2017', '--to', to, '--domain', server.cdn('pics')];
  (await run(args, { env, input: '0001.jpg\n' })).expectExit(0);
  await assertTree(to, { '0001.jpg': OBJECTS['2017/0001.jpg']! });
  const mirror = await run(['mirror', 'upyun://pics', '--to', to, '--domain', server.cdn('pics')], { env });
  assert.match(mirror.expectExit(2).stderr, /UPYUN_OPERATOR/);
});

test('a refusal by the CDN fails that object only, wrong credentials or not', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: manyObjects(4) });
  const refuse = (key: string, status: number) =>
    server.faults.add({ match: { kind: 'get', view: 'cdn', key }, action: { status: { status, body: 'html' } } });
  refuse('0000.jpg', 401);
  refuse('0001.jpg', 403);
  refuse('0002.jpg', 301);
  (await mirror('--domain', server.cdn('pics'), '--retries', '0')).expectExit(1);
  assert.deepEqual(await failureCodes(to), {
    '0000.jpg': 'ERR_FORBIDDEN_OBJECT',
    '0001.jpg': 'ERR_FORBIDDEN_OBJECT',
    '0002.jpg': 'ERR_REDIRECT',
  });
});

test("the CDN's wrong bytes are noticed like the API's", async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: manyObjects(3) });
  server.faults.add({ match: { view: 'cdn', key: '0000.jpg' }, action: { wrongBytes: true } });
  server.faults.add({ match: { view: 'cdn', key: '0001.jpg' }, action: { okWithHtml: true } });
  (await mirror('--domain', server.cdn('pics'), '--retries', '0')).expectExit(1);
  assert.deepEqual(await failureCodes(to), { '0000.jpg': 'ERR_DIGEST', '0001.jpg': 'ERR_SIZE' });
});

test('--variant stores the version under the plain key, and the second run skips it', async (t) => {
  const images = { ...manyObjects(10, { folder: 'a/' }), '猫 1.jpg': bytesFor('cat', 5_000) };
  const small = Object.fromEntries(
    Object.entries(images).map(([key, bytes]) => [key, variantBody(bytes, 's400')] as const),
  );
  const { server, folder, run } = await openWorld(t, { objects: images });
  for (const [to, more] of [
    ['api', []],
    ['cdn', ['--domain', server.cdn('pics')]],
  ] as const) {
    const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--variant', '!s400', ...more];
    assert.equal((await run(args)).expectExit(0).summary.stored, 11);
    await assertTree(`${folder}/${to}`, small);
    takeRequests(server);
    assert.equal((await run(args)).expectExit(0).summary.skipped, 11);
    assert.equal(takeRequests(server, 'get').length, 0);
  }
});
