// `sluice fetch --to DIR < urls.txt`, with the command and web servers.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { serveWeb } from '../../../support/servers/urls.js';

test('a list of URLs of two hosts is stored under host and path', async (t) => {
  const world = await openWorld(t);
  const one = await serveWeb(t, { '/a/%E5%9B%BE.jpg': { body: 'picture' }, '/img': { body: 'plain' } });
  const other = await serveWeb(t, { '/': { body: 'home', isChunked: true } });
  one.routes['/img?id=7'] = { body: 'seven' };
  const list = [`${one.origin}/a/图.jpg`, `${one.origin}/img`, `${one.origin}/img?id=7`, `${other.origin}/#top`, ''];
  const result = await world.run(['fetch', '--to', world.to, '--json'], { input: list.join('\r\n') });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.summary.stored, 4);
  const stored = (origin: string, path: string) => readFile(join(world.to, new URL(origin).host, path), 'utf8');
  assert.equal(await stored(one.origin, 'a/图.jpg'), 'picture');
  assert.equal(await stored(one.origin, 'img'), 'plain');
  assert.equal(await stored(one.origin, 'img?id=7'), 'seven');
  assert.equal(await stored(other.origin, 'index.html'), 'home');
});

test('each line that fails says why, and can be given again', async (t) => {
  const world = await openWorld(t);
  const { origin, routes } = await serveWeb(t, {
    '/ok': { body: 'ok' },
    '/no': { status: 403 },
    '/late': { status: 500 },
  });
  const lines = [`${origin}/ok`, `${origin}/no`, `${origin}/gone`, `${origin}/late?x=1`, 'a.jpg'];
  const args = ['fetch', '--to', world.to, '--json', '--retries', '0'];
  const first = await world.run(args, { input: lines.join('\n') });
  assert.equal(first.code, 1, first.stderr);
  const failures = await readFile(join(world.to, '.sluice/failures.ndjson'), 'utf8');
  const failed = failures
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const codes = Object.fromEntries(failed.map(({ url, key, code }) => [url ?? key, code]));
  assert.deepEqual(codes, {
    [`${origin}/no`]: 'ERR_FORBIDDEN_OBJECT',
    [`${origin}/gone`]: 'ERR_NOT_FOUND',
    [`${origin}/late?x=1`]: 'ERR_SERVER',
    'a.jpg': 'ERR_BAD_LINE',
  });
  routes['/late'] = { body: 'late' };
  const second = await world.run(args, { input: failures });
  assert.equal(second.summary.stored, 1);
  assert.equal(await readFile(join(world.to, new URL(origin).host, 'late?x=1'), 'utf8'), 'late');
});

test('of a list without any answer it is not said that its keys are wrong', async (t) => {
  const world = await openWorld(t);
  const { origin } = await serveWeb(t, {});
  const { said } = (await world.run(['fetch', '--to', world.to], { input: `${origin}/x\n` })).expectExit(1);
  assert.match(said, /there is nothing at this URL/);
  assert.doesNotMatch(said, /relative to/);
});

test('what a list of URLs needs is said before anything is asked', async (t) => {
  const world = await openWorld(t);
  const noFolder = await world.run(['fetch'], { input: 'https://a.com/x\n' });
  assert.equal(noFolder.code, 2);
  assert.match(noFolder.stderr, /--to: missing/);
  const queue = await world.run(['fetch', '--to', world.to, '--queue', 'nats://127.0.0.1:1', '--job', 'x'], {
    input: '',
  });
  assert.equal(queue.code, 2);
  assert.match(queue.stderr, /--queue: not for a list of URLs/);
  for (const args of [
    ['mirror', 'https://me:Hidden@a.com/x'],
    ['fetch', '--from', 'HTTPS://a.com/x'],
  ]) {
    const wrong = (await world.run([...args, '--to', world.to], { input: '' })).expectExit(2);
    assert.match(wrong.stderr, /URLs are lines of the input: sluice fetch --to DIR < urls\.txt/);
    assert.doesNotMatch(wrong.stderr, /Hidden/);
  }
  const lines = `${JSON.stringify({ url: 'https://a.com/x', size: 5 })}\nhttps://a.com/y\n`;
  const dry = (await world.run(['fetch', '--to', world.to, '--dry-run'], { input: lines })).expectExit(0);
  assert.match(dry.said, /^dry run, nothing is fetched or written: a list of URLs → /);
  assert.match(dry.said, /2 \(5 B, and 1 of unknown size\) would be fetched/);
});

test('a list with comments, empty lines, a BOM and the line ends of Windows is what its URLs are', async (t) => {
  const world = await openWorld(t);
  const server = await serveWeb(t, { '/a': { body: 'a' }, '/b': { body: 'b' } });
  const lines = ['# first', `${server.origin}/a`, '', '#', '  # second', `${server.origin}/b#part`, ''];
  const input = `\uFEFF${lines.join('\r\n')}`;
  const { code, summary, stderr } = await world.run(['fetch', '--to', world.to, '--json'], { input });
  assert.deepEqual([code, summary.listed, summary.stored, summary.failed], [0, 2, 2, 0], stderr);
});
