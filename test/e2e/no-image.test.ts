// An answer with status 200 that is not the object, where no listed size tells: of a bare key, and of an image version.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { openWorld } from './harness.js';
import { assertTree, failureCodes, readTree } from './tree.js';

const PAGE = '<!DOCTYPE html><html><body>sign in to the network</body></html>';

/** A server that gives every path the same. */
async function always(t: TestContext, body: string | Buffer, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((_req, res) => {
    res.writeHead(200, { 'content-length': Buffer.byteLength(body), ...headers });
    res.end(body);
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

for (const [name, body, headers] of ANSWERS) {
  test(`${name} is neither the image of a bare key nor its version`, async (t) => {
    const { to, fetch, mirror } = await openWorld(t, { objects: { 'a.jpg': 'a', b: 'bb' } });
    const domain = await always(t, body, headers);
    (await fetch('a.jpg\n', '--domain', domain, '--retries', '1')).expectExit(1);
    assert.deepEqual(await failureCodes(to), { 'a.jpg': 'ERR_NOT_OBJECT' });
    (await mirror('--variant', '!s400', '--domain', domain, '--retries', '0')).expectExit(1);
    assert.deepEqual(await failureCodes(to), { 'a.jpg': 'ERR_NOT_OBJECT', b: 'ERR_NOT_OBJECT' });
    assert.equal((await readTree(to)).size, 0, 'nothing of it is stored');
  });
}

test('what could be right is stored', async (t) => {
  const { folder, run } = await openWorld(t);
  const page = await always(t, PAGE, { 'content-type': 'text/html' });
  const nothing = await always(t, '');
  for (const [domain, keys, body] of [
    [page, ['index.html', 'a', 'x/b.htm'], PAGE],
    [nothing, ['notes.txt', 'a', 'index.html'], ''],
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
