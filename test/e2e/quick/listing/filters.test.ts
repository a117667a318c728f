// --include, --exclude and --limit: what they let through, and what is not even asked for.

import assert from 'node:assert/strict';
import test from 'node:test';
import { proceduralBucket } from '../../../fakes/buckets/procedural-bucket.js';
import { takeFetched, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';

const OBJECTS = {
  'a.jpg': '1',
  'b.png': '2',
  '.hidden.jpg': '3',
  'old/c.jpg': '4',
  'old/deep/d.jpg': '5',
  'new/old/e.jpg': '6',
  'new/f.jpg.txt': '7',
  'older/g.JPG': '8',
  '商品/图.jpg': '9',
};

const FILTERS: readonly (readonly [args: string, keys: readonly string[]])[] = [
  // Without a slash a pattern is about the last name, at any depth; case counts; a leading dot is nothing special.
  ['--include *.jpg', ['.hidden.jpg', 'a.jpg', 'new/old/e.jpg', 'old/c.jpg', 'old/deep/d.jpg', '商品/图.jpg']],
  ['--include old/** --include *.png', ['b.png', 'old/c.jpg', 'old/deep/d.jpg']],
  ['--include *.jpg --exclude old/**', ['.hidden.jpg', 'a.jpg', 'new/old/e.jpg', '商品/图.jpg']],
  ['--exclude *.jpg --exclude *.JPG', ['b.png', 'new/f.jpg.txt']],
  ['--include {a,b}.* --include 商品/?.jpg --include old/*', ['a.jpg', 'b.png', 'old/c.jpg', '商品/图.jpg']],
];

test('globs choose keys: by the last name, or by the whole key where they hold a slash', async (t) => {
  const { list } = await openWorld(t, { objects: OBJECTS });
  for (const [args, keys] of FILTERS) {
    const result = (await list('--json', ...args.split(' '))).expectExit(0);
    assert.deepEqual(result.keys.sort(), [...keys].sort(), args);
    assert.equal(result.summary.listed, keys.length);
  }
});

test('filters hold for mirror and fetch too, and what is left out is neither requested nor counted', async (t) => {
  const { server, to, mirror, fetch } = await openWorld(t, { objects: OBJECTS });
  const first = (await mirror('--include', '*.png')).expectExit(0);
  assert.deepEqual(first.counts, { listed: 1, stored: 1, skipped: 0, gone: 0, failed: 0 });
  assert.deepEqual(takeFetched(server), ['b.png']);
  const second = await fetch(Object.keys(OBJECTS).join('\n'), '--exclude', '*.jpg', '--exclude', '*.png');
  assert.equal(second.expectExit(0).summary.listed, 2);
  await assertTree(to, { 'b.png': '2', 'new/f.jpg.txt': '7', 'older/g.JPG': '8' });
});

test('a folder that is excluded as a whole is not even listed', async (t) => {
  const { server, list } = await openWorld(t, { objects: OBJECTS });
  (await list('--exclude', 'old/**')).expectExit(0);
  const listed = takeRequests(server, 'list').map(({ key }) => key);
  assert.deepEqual(listed.sort(), ['', 'new/', 'new/old/', 'older/', '商品/']);
});

test('globs may come from the environment, one a line', async (t) => {
  const { run } = await openWorld(t, { objects: OBJECTS });
  const result = await run(['list', 'upyun://pics'], { env: { SLUICE_INCLUDE: 'a.*\n*.png\n' } });
  assert.deepEqual(result.expectExit(0).keys, ['a.jpg', 'b.png']);
});

test('a name that could not be stored is no failure when it is left out anyway', async (t) => {
  const objects = { 'good.jpg': 'good', 'nul\0byte.txt': 'bad', '.sluice/x.txt': 'bad' };
  const { to, mirror } = await openWorld(t, { objects });
  (await mirror('--exclude', '*.txt')).expectExit(0);
  await assertTree(to, { 'good.jpg': 'good' });
});

test('--limit takes the first n objects and soon stops listing', async (t) => {
  const pics = proceduralBucket({ directories: [500, 500], objectsPerDirectory: 20, sizes: 100 });
  const { server, list, mirror } = await openWorld(t, { buckets: { pics } });
  const listed = (await list('--limit', '3', '--json')).expectExit(0);
  assert.equal(listed.lines.length, 3);
  assert.equal(listed.summary.listed, 3);
  takeRequests(server);
  const mirrored = (await mirror('--limit', '45')).expectExit(0);
  assert.deepEqual(mirrored.counts, { listed: 45, stored: 45, skipped: 0, gone: 0, failed: 0 });
  assert.equal(takeFetched(server).length, 45);
  assert.ok(server.counters.list < 200, `${server.counters.list} listings`);
});

test('--limit counts what passes the filters, and ends fetch although stdin stays open', async (t) => {
  const { to, start } = await openWorld(t, { objects: OBJECTS });
  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--json', '--limit', '2', '--include', '*.jpg'];
  const { child, result } = start(args, { isInputOpen: true });
  child.stdin.write(`${Object.keys(OBJECTS).join('\n')}\n`);
  const { summary } = (await result).expectExit(0);
  assert.equal(summary.stored, 2);
  await assertTree(to, { 'a.jpg': '1', '.hidden.jpg': '3' });
});
