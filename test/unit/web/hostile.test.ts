// What clients send that are broken, or that attack: refused or cut off, and the server goes on.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { tempFolder } from '../../support/disks/files.js';
import { until } from '../../support/waiting.js';
import { fakeWatch } from '../../support/web/fake-watch.js';
import { ask, change, deadClient, openTestServer } from '../../support/web/web-client.js';

test('only the files of the page are served, whatever the path says', async (t) => {
  const folder = tempFolder(t);
  const page = join(folder, 'page');
  mkdirSync(page);
  writeFileSync(join(folder, 'secret'), 'a secret');
  for (const name of ['index.html', 'page.js', 'other.js', '.hidden']) writeFileSync(join(page, name), `of ${name}`);
  const server = await openTestServer(t, { page: pathToFileURL(`${page}/`) });
  const index = await ask(server.url, '/');
  assert.deepEqual([index.status, index.text], [200, 'of index.html']);
  assert.equal(index.headers['content-type'], 'text/html; charset=utf-8');
  const script = await ask(server.url, '/page/page.js?v=1');
  assert.deepEqual([script.status, script.headers['content-type']], [200, 'text/javascript; charset=utf-8']);
  for (const path of [
    ...['/page/../../secret', '/page/..%2f..%2fsecret', '/page/%2e%2e/%2e%2e/secret', '/page/..\\..\\secret'],
    ...['/page/%252e%252e%252fsecret', '/page/....//....//secret', '/page/page.js/../../../secret', '/../secret'],
    ...[
      '/page/..;/secret',
      '//secret',
      `/page/${folder}/secret`,
      '/page/%00page.js',
      '/page/page.js%00',
      '/page/page%2ejs',
    ],
    ...[
      '/page/other.js',
      '/page/.hidden',
      '/page/',
      '/page',
      '/page/uplot.js',
      '/PAGE/page.js',
      '/page//page.js',
      '/%2f',
    ],
    ...[
      '/__proto__',
      '/page/__proto__',
      '/constructor',
      'secret',
      '*',
      `file://${folder}/secret`,
      `${server.url}status.json`,
    ],
  ]) {
    const { status, text } = await ask(server.url, path);
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    assert.doesNotMatch(text, /a secret|of /, path);
  }
});

test('only the methods of a path', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'POST']) {
    const { status, headers } = await ask(server.url, '/status.json', { method });
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
  }
  for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS']) {
    const headers = { origin: new URL(server.url).origin, 'x-sluice-control': '1', 'content-type': 'application/json' };
    const { status, headers: got } = await ask(server.url, '/control/pause', { method, headers });
    assert.deepEqual([status, got.allow], [405, 'POST'], method);
  }
  assert.equal((await ask(server.url, '/', { method: 'CONNECT' })).status, 0);
  assert.equal(watch.asked.length, 0);
  assert.equal((await ask(server.url, '/status.json')).status, 200);
});

test('headers and bodies that are too large are refused', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const large = { headers: { 'x-large': 'x'.repeat(9 * 1024) } };
  assert.equal((await ask(server.url, '/status.json', large)).status, 431);
  assert.equal((await ask(server.url, `/status.json?${'x'.repeat(9 * 1024)}`)).status, 431);
  const body = JSON.stringify({ objectsPerSecond: 1, x: 'x'.repeat(5_000) });
  assert.equal((await change(server.url, 'limits', { body })).status, 413);
  const headers = { 'transfer-encoding': 'chunked' };
  assert.ok([413, 0].includes((await change(server.url, 'limits', { body, headers })).status));
  // A body that a refusal leaves unread may be endless: the connection ends.
  const refused = await change(server.url, 'limits', { body: 'x'.repeat(1e6), headers: { origin: 'http://evil' } });
  assert.ok([403, 0].includes(refused.status));
  assert.equal(watch.asked.length, 0);
  assert.equal((await ask(server.url, '/status.json')).status, 200);
});

test('a connection that sends nothing, a half head or a half body is closed by the server', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const { host, origin } = new URL(server.url);
  const post = `POST /control/pause HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nX-Sluice-Control: 1\r\n`;
  const texts = [
    '',
    'GET /status.json HTTP/1.1\r\nHost: ',
    `${post}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{`,
  ];
  const sockets = await Promise.all(texts.map((text) => deadClient(server.url, text)));
  let closed = 0;
  const answers: string[] = [];
  for (const socket of sockets)
    socket
      .setEncoding('latin1')
      .on('data', (text: string) => answers.push(text))
      .resume()
      .on('close', () => closed++);
  await until(() => closed === sockets.length, 'that the server closes them');
  // Not by a silence that would end any connection, but as requests that are too slow.
  assert.equal(answers.length, texts.length);
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.equal(watch.asked.length, 0);
  assert.equal((await ask(server.url, '/status.json')).status, 200);
});

test('a connection that asks again before it has its answer is closed: no answers pile up', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  let asked = 0;
  const { history } = watch;
  watch.history = () => {
    asked++;
    return history.call(watch);
  };
  server.show(watch);
  const { host, hostname, port } = new URL(server.url);
  const text = `GET /history.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  let closed = 0;
  for (let at = 0; at < 5; at++) (await deadClient(server.url, text.repeat(500))).resume().on('close', () => closed++);
  await until(() => closed === 5, 'that the server closes them');
  assert.ok(asked <= 5, `${asked} answers`);
  // One after the other they are answered, on one connection.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  for (let at = 0; at < 50; at++) {
    const [answer] = await once(get({ hostname, port, path: '/history.json', agent }), 'response');
    assert.equal(answer.statusCode, 200);
    await once(answer.resume(), 'end');
  }
});

test('what is no HTTP is closed, and a request for another protocol is not followed', async (t) => {
  const server = await openTestServer(t);
  server.show(fakeWatch());
  let closed = 0;
  for (const text of [
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /status.json HTTP/1.1\r\n\r\n',
  ])
    (await deadClient(server.url, text)).resume().on('close', () => closed++);
  await until(() => closed === 3, 'that the server closes them');
  const headers = { connection: 'Upgrade', upgrade: 'websocket' };
  assert.equal((await ask(server.url, '/status.json', { headers })).status, 200);
});

test('an error of the watch is an answer and one message, not the end of the process', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  watch.picture = () => {
    throw new Error('a defect');
  };
  server.show(watch);
  assert.equal((await ask(server.url, '/status.json')).status, 500);
  assert.equal((await ask(server.url, '/metrics')).status, 500);
  assert.equal((await change(server.url, 'pause')).status, 500);
  assert.equal((await ask(server.url, '/history.json')).status, 200);
  assert.equal(server.defects.length, 1);
});
