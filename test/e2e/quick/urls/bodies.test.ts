// Bodies and names from a list of URLs: what is wrong is never stored, and nothing leaves the folder.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { type WebRequest, webFile } from '../../../fakes/http/http-server.js';
import { openWorld } from '../../../support/cli/harness.js';
import { serveWeb } from '../../../support/servers/urls.js';

test('a body that is not what its line says is not stored', async (t) => {
  const world = await openWorld(t);
  const { origin } = await serveWeb(t, {
    '/md5': { body: 'other' },
    '/size': { body: 'other', isChunked: true },
    '/good': { body: 'good', isChunked: true },
  });
  const md5 = createHash('md5').update('good').digest('hex');
  const lines = [
    { url: `${origin}/md5`, md5 },
    { url: `${origin}/size`, size: 4 },
    { url: `${origin}/good`, md5, size: 4 },
  ];
  const args = ['fetch', '--to', world.to, '--json', '--retries', '0'];
  const { summary, events } = await world.run(args, { input: lines.map((line) => JSON.stringify(line)).join('\n') });
  assert.deepEqual([summary.stored, summary.failed], [1, 2]);
  const codes = events
    .filter(({ event }) => event === 'failure')
    .map(({ key, code }) => [String(key).split('/')[1], code]);
  assert.deepEqual(codes.sort(), [
    ['md5', 'ERR_ETAG'],
    ['size', 'ERR_SIZE'],
  ]);
  const { host } = new URL(origin);
  assert.deepEqual(await readdir(join(world.to, host)), ['good']);
});

test('a large body that breaks off goes on where it was, by its strong ETag', async (t) => {
  const world = await openWorld(t);
  const body = Buffer.alloc(8_000_000, 'abcdefg');
  const file = webFile(body);
  const server = await serveWeb(t, {
    '/large': (request: WebRequest, nth) => ({ ...file(request), ...(nth === 0 && { cutAfter: 5_000_000 }) }),
  });
  const { summary, code, stderr } = await world.run(['fetch', '--to', world.to, '--json'], {
    input: `${server.origin}/large`,
  });
  assert.deepEqual([code, summary.stored], [0, 1], stderr);
  assert.ok((await readFile(join(world.to, new URL(server.origin).host, 'large'))).equals(body));
  const [first, second] = server.requests;
  assert.equal(server.requests.length, 2);
  assert.equal(first!.headers.range, undefined);
  assert.match(second!.headers.range!, /^bytes=[1-9]\d{5,}-$/);
  assert.equal(second!.headers['if-range'], '"v1"');
});

test('no key leads out of the folder, into its state, or over another file', async (t) => {
  const world = await openWorld(t);
  const server = await serveWeb(t, {});
  const hostile = [
    '../../out',
    '/abs',
    '.sluice/urls',
    'a/../../b',
    'a\u0000b',
    'a\nb',
    'a//b',
    '.',
    'é'.repeat(300),
    'x'.repeat(2_000),
    'con',
    'A',
    'a',
    'a/b',
  ];
  const lines = hostile.map((key, index) => {
    server.routes[`/${index}`] = { body: key };
    return { url: `${server.origin}/${index}`, key };
  });
  const paths = [
    '/../../up',
    '/%2e%2e/%2e%2e/up',
    '/a%2F..%2Fb',
    '/a',
    '/a/',
    '/a/b',
    `/${'y'.repeat(300)}?${'z'.repeat(300)}`,
    '/q?/../..',
    '/%00%0A',
  ];
  for (const path of paths) server.routes[path] = { body: path };
  const input = [...lines.map((line) => JSON.stringify(line)), ...paths.map((path) => server.origin + path)].join('\n');
  const { summary, stderr, code } = await world.run(['fetch', '--to', world.to, '--json'], { input });
  // (`/../../up` is what its escaped form means, too.)
  assert.deepEqual([summary.stored, summary.failed, code], [hostile.length + paths.length - 1, 1, 1], stderr);
  assert.match(stderr, /same key/);
  assert.deepEqual((await readdir(world.folder)).sort(), ['out']);
  assert.ok(!existsSync(join(world.folder, '..', 'out')) && !existsSync('/abs'));
  const files = (await readdir(world.to, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !`${entry.parentPath}/`.startsWith(join(world.to, '.sluice/')),
  );
  const bodies = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
  const expected = [...hostile, ...paths.filter((path) => path !== '/%2e%2e/%2e%2e/up')];
  assert.deepEqual(bodies.sort(), expected.sort());
});
