// Who may ask: programs of this machine without a token, others with it, and no page of another site.

import assert from 'node:assert/strict';
import test from 'node:test';
import { fakeWatch } from '../../support/web/fake-watch.js';
import { ask, change, openTestServer, SPARE_TOKEN } from '../../support/web/web-client.js';

const DATA = ['/status.json', '/history.json', '/failures.json', '/metrics', '/healthz'];
const TOKEN = 'a-token-that-is-long-enough';

test('on an address of this machine no token is needed, and the answers are what the watch says', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  assert.equal(server.token, undefined);
  for (const path of DATA) assert.equal((await ask(server.url, path)).status, 200, path);
  const { text, headers } = await ask(server.url, '/status.json');
  const { atMs: _, ...picture } = JSON.parse(text);
  const { atMs: __, ...expected } = JSON.parse(JSON.stringify(watch.picture()));
  assert.deepEqual(picture, { ...expected, hasControls: true });
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  assert.deepEqual(JSON.parse((await ask(server.url, '/history.json')).text), watch.history());
  assert.deepEqual(JSON.parse((await ask(server.url, '/failures.json')).text), watch.failures());
  const head = await ask(server.url, '/status.json', { method: 'HEAD' });
  assert.deepEqual([head.status, head.text], [200, '']);
  assert.equal((await ask(server.url, '/events', { method: 'HEAD' })).status, 200);
});

test('every answer has the headers that protect the page', async (t) => {
  const server = await openTestServer(t);
  server.show(fakeWatch());
  for (const path of ['/', '/status.json', '/nothing', '/control/pause']) {
    const { headers } = await ask(server.url, path);
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    assert.match(String(headers['content-security-policy']), /connect-src 'self'; img-src 'self' data:/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('a name that leads to this machine is no name of it (DNS rebinding)', async (t) => {
  const server = await openTestServer(t);
  server.show(fakeWatch());
  const { port } = new URL(server.url);
  const status = async (host: string) => (await ask(server.url, '/status.json', { headers: { host } })).status;
  for (const host of [`127.0.0.1:${port}`, '127.0.0.1', 'localhost:1', 'LOCALHOST', `[::1]:${port}`, '127.9.8.7'])
    assert.equal(await status(host), 200, host);
  for (const host of [
    ...[`evil.example:${port}`, 'evil.example', `localhost.evil.example:${port}`, `127.0.0.1.evil.example:${port}`],
    ...[
      '10.0.0.1',
      '0.0.0.0',
      '[::]',
      `[::ffff:10.0.0.1]:${port}`,
      'localhost:x',
      'localhost@evil.example',
      '2130706433',
      '127.999.1.1',
      '127.0.0.1.',
      '127.1',
    ],
  ])
    assert.equal(await status(host), 421, host);
  for (const path of ['/', '/events', '/metrics', '/nothing'])
    assert.equal((await ask(server.url, path, { headers: { host: 'evil.example' } })).status, 421, path);
});

test('a page of another site may not ask, not even for data', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const { origin, port } = new URL(server.url);
  for (const foreign of [
    'https://evil.example',
    'null',
    `http://localhost:${port}`,
    'http://127.0.0.1:1',
    `${origin}.evil`,
  ]) {
    assert.equal((await change(server.url, 'pause', { headers: { origin: foreign } })).status, 403, foreign);
    assert.equal((await ask(server.url, '/status.json', { headers: { origin: foreign } })).status, 403, foreign);
  }
  // What a browser says of an image or a script that another site embeds.
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' };
    assert.equal((await ask(server.url, '/events', { headers })).status, 403, site);
  }
  // A link on another page may lead here.
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  assert.equal((await ask(server.url, '/status.json', { headers: link })).status, 200);
  assert.equal((await ask(server.url, '/status.json', { headers: { origin } })).status, 200);
  assert.equal(watch.asked.length, 0);
});

test('a change needs its origin, its header and its type, and says who asked', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  for (const headers of [
    { origin: undefined },
    { 'x-sluice-control': '0' },
    { 'x-sluice-control': undefined },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': undefined },
  ])
    assert.equal((await change(server.url, 'pause', { headers })).status, 403, JSON.stringify(headers));
  assert.equal(watch.asked.length, 0);
  const reply = await change(server.url, 'pause', { headers: { 'content-type': 'Application/JSON; charset=utf-8' } });
  assert.equal(reply.status, 200);
  assert.equal(JSON.parse(reply.text).command, 'mirror');
  assert.deepEqual(watch.asked, [['pause', 'the dashboard, from 127.0.0.1']]);
});

test('with a token nothing of the job is shown without it, whatever the host is called', async (t) => {
  const server = await openTestServer(t, { token: TOKEN });
  const watch = fakeWatch();
  server.show(watch);
  assert.equal(server.token, TOKEN);
  const wrong = [
    undefined,
    '',
    'Bearer',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Basic ${TOKEN}`,
    TOKEN,
  ];
  for (const authorization of wrong) {
    const headers = authorization === undefined ? {} : { authorization };
    for (const path of [...DATA, '/events', `/status.json?token=${TOKEN}`, `/status.json#token=${TOKEN}`]) {
      const { status, headers: got, text } = await ask(server.url, path, { headers });
      if (path.includes('#')) assert.ok([401, 404].includes(status));
      else assert.equal(status, 401, `${path} ${authorization}`);
      if (status === 401) assert.match(String(got['www-authenticate']), /^Bearer/);
      assert.doesNotMatch(text, /upyun|a\.jpg/);
    }
    assert.equal((await change(server.url, 'pause', { headers })).status, 401);
  }
  assert.equal(watch.asked.length, 0);
  const headers = { authorization: `bearer ${TOKEN}`, host: 'archive.example' };
  for (const path of DATA) assert.equal((await ask(server.url, path, { headers })).status, 200, path);
  // A program with the token has no origin.
  assert.equal((await change(server.url, 'pause', { headers: { ...headers, origin: undefined } })).status, 200);
  assert.equal(
    (await change(server.url, 'pause', { headers: { ...headers, origin: 'https://evil.example' } })).status,
    403,
  );
  assert.equal(watch.asked.length, 1);
});

test('the IPv6 address of this machine is like that of IPv4', async (t) => {
  const server = await openTestServer(t, { address: { host: '::1', port: 0 } });
  server.show(fakeWatch());
  assert.match(server.url, /^http:\/\/\[::1\]:\d+\/$/);
  assert.equal(server.token, undefined);
  assert.equal((await ask(server.url, '/status.json')).status, 200);
  assert.equal((await change(server.url, 'pause')).status, 200);
});

test('an address that other machines can reach has a token in any case', async (t) => {
  for (const host of ['', '0.0.0.0', '::']) {
    const server = await openTestServer(t, { address: { host, port: 0 } });
    server.show(fakeWatch());
    assert.equal(server.token, SPARE_TOKEN);
    const { port, hostname } = new URL(server.url);
    assert.ok(!['0.0.0.0', '[::]'].includes(hostname), server.url);
    const local = `http://127.0.0.1:${port}`;
    // Also to this machine: which of the addresses was meant is not known.
    if (host !== '::') assert.equal((await ask(local, '/status.json')).status, 401);
    const headers = { authorization: `Bearer ${SPARE_TOKEN}` };
    if (host !== '::') assert.equal((await ask(local, '/status.json', { headers })).status, 200);
    await server.close();
  }
});

test('without a page there are no controls, and the metrics are there', async (t) => {
  const server = await openTestServer(t, { page: undefined });
  const watch = fakeWatch();
  server.show(watch);
  for (const path of DATA) assert.equal((await ask(server.url, path)).status, 200, path);
  assert.equal((await ask(server.url, '/')).status, 404);
  for (const name of ['pause', 'resume', 'limits']) assert.equal((await change(server.url, name)).status, 404);
  assert.equal(watch.asked.length, 0);
});
