// An answer with status 200 that is not the object, where no listed size tells: of a bare key, and of an image version.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes, readTree } from '../../../support/cli/tree.js';

const PAGE = '<!DOCTYPE html><html><body>sign in to the network</body></html>';

/** A server that gives every path the same. Without a length it comes in chunks, as pages that are made on the way do. */
async function always(
  t: TestContext,
  body: string | Buffer,
  { headers = {}, isChunked = false }: { headers?: Record<string, string>; isChunked?: boolean } = {},
): Promise<string> {
  const server = createServer((_req, res) => {
    res.writeHead(200, { ...(!isChunked && { 'content-length': Buffer.byteLength(body) }), ...headers });
    const first = body.length >> 1;
    if (isChunked) res.write(body.slice(0, first), () => res.end(body.slice(first)));
    else res.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ANSWERS: [string, string, Record<string, string>][] = [
  ['a page of its type', PAGE, { 'content-type': 'text/html; charset=utf-8' }],
  ['a page of another type', PAGE, { 'content-type': 'image/jpeg' }],
  ['a page of no type', `\r\n${PAGE}`, {}],
  ['JSON', '{"code":"40310013","msg":"expired"}', { 'content-type': 'application/json' }],
  ['nothing', '', { 'content-type': 'image/jpeg' }],
];

/** Larger than what is held in memory as a whole. */
const LONG_PAGE = PAGE + ' '.repeat(1_500_000);

const WAYS: [string, string, Parameters<typeof always>[2]][] = ANSWERS.flatMap(([name, body, headers]) => [
  [name, body, { headers }],
  [`${name}, in chunks,`, body, { headers, isChunked: true }],
]);

for (const [name, body, how] of [...WAYS, ['a long page', LONG_PAGE, {}] as const]) {
  test(`${name} is neither the image of a bare key nor its version`, async (t) => {
    const { to, fetch, mirror } = await openWorld(t, { objects: { 'a.jpg': 'a', b: 'bb' } });
    const domain = await always(t, body, how);
    (await fetch('a.jpg\n', '--domain', domain, '--retries', '1')).expectExit(1);
    assert.deepEqual(await failureCodes(to), { 'a.jpg': 'ERR_NOT_OBJECT' });
    (await mirror('--variant', '!s400', '--domain', domain, '--retries', '0')).expectExit(1);
    assert.deepEqual(await failureCodes(to), { 'a.jpg': 'ERR_NOT_OBJECT', b: 'ERR_NOT_OBJECT' });
    assert.equal((await readTree(to)).size, 0, 'nothing of it is stored');
  });
}

/** Of an image, in pieces of which none tells. */
const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(1_300_000, 7)]);

test('what could be right is stored', async (t) => {
  const { folder, run } = await openWorld(t);
  const jpeg = await always(t, JPEG, { isChunked: true });
  const headers = { 'content-type': 'text/html' };
  const page = await always(t, PAGE, { headers });
  const chunked = await always(t, PAGE, { headers, isChunked: true });
  const nothing = await always(t, '');
  const nothingChunked = await always(t, '', { isChunked: true });
  for (const [domain, keys, body] of [
    [page, ['index.html', 'a', 'x/b.htm'], PAGE],
    [chunked, ['b.html', 'a', 'x/b.htm'], PAGE],
    [nothing, ['notes.txt', 'a', 'index.html'], ''],
    [nothingChunked, ['b.txt', 'a', 'b.html'], ''],
    [jpeg, ['b.jpg', 'a', 'x.png'], JPEG],
  ] as const) {
    const to = `${folder}/${keys[0]}`;
    const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--domain', domain];
    (await run(args, { input: keys.join('\n') })).expectExit(0);
    await assertTree(to, Object.fromEntries(keys.map((key) => [key, body])));
  }
});

test('a listed size is proof enough', async (t) => {
  const { server, to, fetch } = await openWorld(t, { objects: { 'a.jpg': PAGE, 'empty.jpg': '' } });
  assert.equal(server.counters.get, 0);
  (await fetch(`{"key":"a.jpg","size":${PAGE.length}}\n{"key":"empty.jpg","size":0}\n`)).expectExit(0);
  await assertTree(to, { 'a.jpg': PAGE, 'empty.jpg': '' });
});
