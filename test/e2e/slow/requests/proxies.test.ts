// Proxies from the environment, and certificates that the system does not know.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';
import { CERTIFICATE, httpProxy, tlsFront } from '../../../support/servers/tls.js';

const OBJECTS = manyObjects(20);

test('HTTP_PROXY: everything goes through it, NO_PROXY excepts', async (t) => {
  const { server, to, folder, run } = await openWorld(t, { objects: OBJECTS });
  const { seen, port } = await httpProxy(t);
  const args = ['mirror', 'upyun://pics', '--to', to];
  const HTTP_PROXY = `http://name:secretword@127.0.0.1:${port}`;
  (await run(args, { env: { HTTP_PROXY } })).expectExit(0);
  await assertTree(to, OBJECTS);
  const requests = server.counters.total;
  assert.equal(seen.length, requests);
  assert.ok(seen.every(({ target }) => target.startsWith(server.endpoint)));
  assert.equal(seen[0]!.authorization, `Basic ${Buffer.from('name:secretword').toString('base64')}`);
  (await run([...args.slice(0, 3), join(folder, 'other')], { env: { HTTP_PROXY, NO_PROXY: '127.0.0.1' } })).expectExit(
    0,
  );
  assert.equal(seen.length, requests);
});

test('HTTPS_PROXY tunnels, also to an origin with a certificate of its own', async (t) => {
  const { server, to, folder, run } = await openWorld(t, { objects: OBJECTS });
  const origin = await tlsFront(t, server.endpoint);
  const { seen, port } = await httpProxy(t);
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, CERTIFICATE);
  const args = ['mirror', 'upyun://pics', '--to', to, '--endpoint', origin, '--ca-cert', ca, '--concurrency', '4'];
  (await run(args, { env: { HTTPS_PROXY: `http://127.0.0.1:${port}` } })).expectExit(0);
  await assertTree(to, OBJECTS);
  assert.ok(seen.length > 0 && seen.every(({ method, target }) => method === 'CONNECT' && origin.endsWith(target)));
});

test('a proxy that refuses is told, without its password', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: OBJECTS });
  const origin = await tlsFront(t, server.endpoint);
  const { port } = await httpProxy(t, { refuses: true });
  const env = {
    HTTPS_PROXY: `http://name:secretword@127.0.0.1:${port}`,
    HTTP_PROXY: `http://name:secretword@127.0.0.1:${port}`,
  };
  for (const endpoint of [origin, server.endpoint]) {
    const ended = (
      await run(['mirror', 'upyun://pics', '--to', to, '--endpoint', endpoint, '--retries', '0'], { env })
    ).expectExit(3);
    assert.match(ended.stderr, /407|[Pp]roxy/);
    assert.doesNotMatch(ended.stderr, /secretword|c2VjcmV0d29yZA|bmFtZTpzZWNyZXR3b3Jk/);
  }
});

test('a proxy that is no HTTP proxy is a wrong configuration: the variable is named, and nothing of its value', async (t) => {
  const { to, run } = await openWorld(t);
  const args = ['mirror', 'upyun://pics', '--to', to];
  for (const value of [
    'socks5://name:secretword@127.0.0.1:1',
    'socks5h://127.0.0.1:1',
    'http://name:secretword@:bad',
    'http://127.0.0.1:99999',
    'http:/127.0.0.1:1',
    'http://127.0.0.1:1/secretword.pac',
    'not a proxy secretword',
    'http://name:secretword%@127.0.0.1:1',
  ]) {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) {
      const refused = (await run(args, { env: { [name]: value } })).expectExit(2);
      assert.match(refused.stderr, new RegExp(`^sluice mirror: ${name}: `), value);
      assert.doesNotMatch(refused.stderr, /secretword/);
    }
  }
  const domain = [...args, '--domain', 'https://img.example.com'];
  const refused = (await run(domain, { env: { HTTPS_PROXY: 'ftp://x' } })).expectExit(2);
  assert.match(refused.stderr, /HTTPS_PROXY: .*ftp:\/\/ is none.*img\.example\.com in NO_PROXY/);
  (await run(args, { env: { HTTP_PROXY: 'socks5://x', NO_PROXY: '127.0.0.1' } })).expectExit(0);
});

test('HTTPS_PROXY without a scheme is a proxy that is spoken to in plain HTTP', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: manyObjects(3) });
  const origin = await tlsFront(t, server.endpoint);
  const { seen, port } = await httpProxy(t);
  const args = ['mirror', 'upyun://pics', '--to', to, '--endpoint', origin, '--insecure'];
  (await run(args, { env: { HTTPS_PROXY: `127.0.0.1:${port}` } })).expectExit(0);
  assert.ok(seen.length > 0);
});

test('a certificate that nobody knows: refused, trusted by --ca-cert, taken by --insecure and by nothing less', async (t) => {
  const { server, to, folder, run } = await openWorld(t, { objects: OBJECTS });
  const origin = await tlsFront(t, server.endpoint);
  const args = ['mirror', 'upyun://pics', '--to', to, '--endpoint', origin];
  const refused = (await run(args)).expectExit(3);
  assert.match(refused.stderr, /certificate is not trusted.*ERR_TLS/);
  for (const env of [{ SLUICE_INSECURE: '1' }]) {
    assert.match((await run(args, { env })).expectExit(2).stderr, /insecure: give it as the flag/);
  }
  const insecure = (await run([...args, '--insecure'])).expectExit(0);
  assert.match(insecure.stderr, /--insecure: Sluice checks no certificate/);
  await assertTree(to, OBJECTS);
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, CERTIFICATE);
  (await run([...args, '--restart', '--ca-cert', ca])).expectExit(0);
  writeFileSync(ca, 'no certificate');
  assert.match((await run([...args, '--ca-cert', ca])).expectExit(2).stderr, /--ca-cert: .* holds no certificate/);
});
