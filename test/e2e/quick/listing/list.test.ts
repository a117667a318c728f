// What `list` and a dry run print, and that stdout belongs to the data alone.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { pathOf } from '../../../../src/model/names/names.js';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';

test('a line is {"key","size","mtime"}, relative to SOURCE', async (t) => {
  const objects = {
    '2017/a.jpg': { body: 'x'.repeat(31_337), mtimeSeconds: 1_504_444_206 },
    '2017/商品 "x"\\.jpg': { body: '', mtimeSeconds: 0 },
  };
  const { run, list } = await openWorld(t, { objects });
  const lines = [
    '{"key":"2017/a.jpg","size":31337,"mtime":"2017-09-03T13:10:06.000Z"}',
    '{"key":"2017/商品 \\"x\\"\\\\.jpg","size":0,"mtime":"1970-01-01T00:00:00.000Z"}',
  ];
  assert.equal((await list()).expectExit(0).stdout, `${lines.join('\n')}\n`);
  const relative = (await run(['list', 'upyun://pics/2017'])).expectExit(0).stdout;
  assert.equal(relative, `${lines.join('\n').replaceAll('2017/', '')}\n`);
});

test('list asks for no object, and --quiet prints nothing but data', async (t) => {
  const { server, list } = await openWorld(t, { objects: manyObjects(10), folders: ['empty'] });
  const result = (await list('--quiet')).expectExit(0);
  assert.equal(result.stderr, '');
  assert.equal(result.lines.length, 10);
  assert.equal(server.counters.get, 0);
});

test('stdout stays empty for fetch and mirror, --quiet keeps stderr empty too', async (t) => {
  const { to, run } = await openWorld(t, { objects: manyObjects(5) });
  const loud = (await run(['mirror', 'upyun://pics', '--to', to, '--progress-interval', '10ms'])).expectExit(0);
  assert.equal(loud.stdout, '');
  assert.match(loud.stderr, /5 listed = 5 stored/);
  await rm(to, { recursive: true });
  const quiet = ['--to', to, '--quiet'];
  const mirrored = (await run(['mirror', 'upyun://pics', ...quiet])).expectExit(0);
  const fetched = (await run(['fetch', '--from', 'upyun://pics', ...quiet], { input: '0001.jpg' })).expectExit(0);
  assert.equal(mirrored.stdout + mirrored.stderr + fetched.stdout + fetched.stderr, '');
});

test('progress comes as JSON lines and as plain lines, on stderr only, and the last line is the summary', async (t) => {
  const { server, folder, run } = await openWorld(t, { objects: manyObjects(60, { size: 20_000 }) });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 60 } });
  const slow = ['--concurrency', '4', '--progress-interval', '50ms'];
  const json = (await run(['mirror', 'upyun://pics', '--to', join(folder, 'j'), '--json', ...slow])).expectExit(0);
  assert.ok(json.events.filter(({ event }) => event === 'progress').length > 3);
  const plain = (await run(['mirror', 'upyun://pics', '--to', join(folder, 'p'), ...slow])).expectExit(0);
  assert.ok(plain.stderr.split('\n').length > 5);
  assert.doesNotMatch(plain.stderr, /\u001b|\r/, 'no terminal control where there is no terminal');
});

test('a dry run asks for no object, makes no folder, and prints what fetch needs to do it', async (t) => {
  const objects = { ...manyObjects(10), 'sub/商 品.jpg': 'x', 'sub/../y': 'y' };
  const { server, bucket, to, mirror, fetch } = await openWorld(t, { objects });
  const dry = (await mirror('--dry-run')).expectExit(0);
  assert.deepEqual(dry.counts, { listed: 12, stored: 0, skipped: 12, gone: 0, failed: 0 });
  assert.equal(takeRequests(server, 'get').length, 0);
  assert.ok(!existsSync(to));

  (await fetch(dry.stdout)).expectExit(0);
  const { 'sub/../y': y, ...rest } = objects;
  const good = { ...rest, [pathOf('sub/../y')]: y };
  await assertTree(to, good);
  bucket.put('0003.jpg', 'another size');
  const again = (await mirror('--dry-run')).expectExit(0);
  assert.deepEqual(again.keys, ['0003.jpg']);
  await assertTree(to, good);
});

test('a dry run of fetch prints only what is not there yet', async (t) => {
  const { server, fetch } = await openWorld(t, { objects: manyObjects(4) });
  (await fetch('{"key":"0000.jpg","size":1000}\n0001.jpg')).expectExit(0);
  takeRequests(server);
  const input = '{"key":"0000.jpg","size":1000}\n{"key":"0002.jpg","size":1000,"etag":"\\"e\\""}\n';
  const dry = (await fetch(input, '--dry-run')).expectExit(0);
  assert.equal(dry.stdout, '{"key":"0002.jpg","size":1000,"etag":"e"}\n');
  assert.equal(takeRequests(server).length, 0);
});
