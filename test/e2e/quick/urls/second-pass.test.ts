// A second run of the same list of URLs fetches only what has changed; one that was cut off goes on where it was.

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { MODIFIED, type WebRequest, webFile } from '../../../fakes/http/http-server.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { serveWeb } from '../../../support/servers/urls.js';
import { deferred } from '../../../support/waiting.js';

async function world(t: TestContext) {
  const opened = await openWorld(t);
  const server = await serveWeb(t);
  const { host } = new URL(server.origin);
  const asked = () => server.requests.splice(0).map(({ path, headers }) => [path, condition(headers)]);
  return {
    ...opened,
    ...server,
    asked,
    stored: (path: string) => readFile(join(opened.to, host, path), 'utf8'),
    fetchUrls: (lines: readonly (string | object)[], ...args: string[]) =>
      opened.run(['fetch', '--to', opened.to, '--json', ...args], { input: textOf(lines) }),
    startUrls: (lines: readonly string[]) =>
      opened.start(['fetch', '--to', opened.to, '--json'], { input: textOf(lines) }),
  };
}

function textOf(lines: readonly (string | object)[]): string {
  return lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
}

function condition(headers: WebRequest['headers']): string {
  return headers['if-none-match'] ?? headers['if-modified-since'] ?? '';
}

const LATER = 'Thu, 10 Nov 2016 14:26:58 GMT';

test('what has an ETag or a time is asked for once more, and fetched only if it changed', async (t) => {
  const { origin, routes, fetchUrls, asked, stored } = await world(t);
  routes['/etag'] = webFile('one', { etag: 'W/"1"' });
  routes['/time'] = ({ headers }) => {
    const isSame = headers['if-modified-since'] === MODIFIED;
    return isSame ? { status: 304 } : { headers: { 'last-modified': MODIFIED }, body: 'time' };
  };
  routes['/none'] = { body: 'none' };
  const lines = ['/etag', '/time', '/none'].map((path) => origin + path);
  assert.equal((await fetchUrls(lines)).summary.stored, 3);
  assert.deepEqual(asked().sort(), [
    ['/etag', ''],
    ['/none', ''],
    ['/time', ''],
  ]);
  const again = await fetchUrls(lines);
  assert.deepEqual([again.code, again.summary.stored, again.summary.skipped], [0, 1, 2], again.stderr);
  assert.deepEqual(asked().sort(), [
    ['/etag', 'W/"1"'],
    ['/none', ''],
    ['/time', MODIFIED],
  ]);
  routes['/etag'] = webFile('changed', { etag: 'W/"2"', modified: LATER });
  const third = await fetchUrls(lines);
  assert.deepEqual([third.summary.stored, third.summary.skipped], [2, 1], third.stderr);
  assert.equal(await stored('etag'), 'changed');
  asked();
  assert.equal((await fetchUrls(lines)).summary.skipped, 2);
  assert.deepEqual(
    asked().find(([path]) => path === '/etag'),
    ['/etag', 'W/"2"'],
  );
});

test('what is not as it was stored is fetched, whatever the server would say', async (t) => {
  const { origin, routes, fetchUrls, asked, stored, to } = await world(t);
  routes['/a'] = webFile('one');
  routes['/b'] = webFile('two');
  const lines = [`${origin}/a`, `${origin}/b`];
  await fetchUrls(lines);
  asked();
  await writeFile(join(to, new URL(origin).host, 'a'), 'longer');
  await rm(join(to, new URL(origin).host, 'b'));
  const { summary } = await fetchUrls(lines);
  assert.equal(summary.stored, 2);
  assert.deepEqual(
    asked().map(([, header]) => header),
    ['', ''],
  );
  assert.deepEqual([await stored('a'), await stored('b')], ['one', 'two']);
  // The same key of another URL.
  await fetchUrls([{ url: `${origin}/b?other`, key: `${new URL(origin).host}/a` }]);
  assert.deepEqual(asked(), [['/b?other', '']]);
  assert.equal(await stored('a'), 'two');
});

test('what a line says of the version spares the request, or demands one', async (t) => {
  const { origin, routes, fetchUrls, asked } = await world(t);
  routes['/a'] = webFile('one', { etag: '"1"' });
  await fetchUrls([`${origin}/a`]);
  asked();
  const md5 = 'f97c5d29941bfb1b2fdab0874906ab82';
  for (const said of [{ size: 3 }, { mtime: '2016-11-09T14:26:58Z' }, { etag: '1' }, { md5 }]) {
    const { summary, stderr } = await fetchUrls([{ url: `${origin}/a`, ...said }]);
    assert.deepEqual([summary.skipped, asked()], [1, []], `${JSON.stringify(said)} ${stderr}`);
  }
  routes['/a'] = webFile('two', { etag: '"2"', modified: LATER });
  assert.equal((await fetchUrls([{ url: `${origin}/a`, size: 3, etag: '"2"' }])).summary.stored, 1);
  assert.deepEqual(asked(), [['/a', '']]);
});

test('an object that was stored and is not there any more is gone', async (t) => {
  const { origin, routes, fetchUrls, stored } = await world(t);
  routes['/a'] = webFile('one');
  await fetchUrls([`${origin}/a`]);
  delete routes['/a'];
  const { summary, code } = await fetchUrls([`${origin}/a`]);
  assert.deepEqual([summary.gone, summary.failed, code], [1, 0, 0]);
  assert.equal(await stored('a'), 'one');
});

test('a run that is killed goes on where it was: nothing is asked for twice, and the next run asks for all', async (t) => {
  const { origin, routes, startUrls, fetchUrls, asked, requests, stored } = await world(t);
  const paths = Array.from({ length: 40 }, (_, index) => `/${index}`);
  const held = deferred<void>();
  // Without validators, too.
  for (const path of paths) routes[path] = { body: `body of ${path}` };
  routes['/39'] = { body: 'last', after: held.promise };
  const lines = paths.map((path) => origin + path);
  const running = startUrls(lines);
  await until('all but one are stored', async () => {
    if (requests.length < paths.length) return false;
    return (
      await Promise.all(
        paths.slice(0, 39).map((path) =>
          stored(path).then(
            () => true,
            () => false,
          ),
        ),
      )
    ).every(Boolean);
  });
  // Its notes are written in the same turn as they are made.
  await until('all are noted', async () => (await stored('../.sluice/urls')).split('\n').length > 39);
  running.child.kill('SIGKILL');
  await running.result.catch(() => {});
  held.resolve();
  asked();
  const resumed = await fetchUrls(lines);
  assert.deepEqual([resumed.code, resumed.summary.stored, resumed.summary.skipped], [0, 1, 39], resumed.stderr);
  assert.deepEqual(asked(), [['/39', '']]);
  assert.equal((await fetchUrls(lines)).summary.stored, 40);
  assert.equal((await fetchUrls(lines, '--restart')).summary.stored, 40);
});
