// Listings that are odd and those that are broken: odd ones are read completely, broken ones are never taken for complete.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';

const TREE = {
  ...manyObjects(23),
  ...manyObjects(17, { folder: 'a/' }),
  ...manyObjects(9, { folder: 'a/b.c/d/' }),
  ...manyObjects(12, { folder: 'z/' }),
};
const EMPTY_FOLDERS = ['empty', 'a/empty', 'm/n/o/p'];

test('every way of paging gives every object once: short pages, clamped and tiny pages, both orders, a last newline', async (t) => {
  const { server, list } = await openWorld(t, { objects: TREE, folders: EMPTY_FOLDERS });
  const everything = Object.keys(TREE).sort();
  const pagings = [
    [['--page-size', '1'], {}],
    [['--page-size', '7'], { shortPages: true, order: 'mixed' }],
    [[], { maxLimit: 5, trailingNewline: true }],
    [[], { maxLimit: 1_000, overLimit: 'refuse', order: 'mixed' }],
  ] as const;
  const initial = { ...server.list };
  for (const [args, behaviour] of pagings) {
    Object.assign(server.list, initial, behaviour);
    const result = (await list('--quiet', ...args)).expectExit(0);
    assert.deepEqual(result.keys.sort(), everything, JSON.stringify(behaviour));
  }
});

test('the page size is asked for as told, and every directory is listed to its end exactly once', async (t) => {
  const { server, list } = await openWorld(t, { objects: TREE });
  (await list('--page-size', '10')).expectExit(0);
  const lists = takeRequests(server, 'list');
  assert.deepEqual([...new Set(lists.map(({ headers }) => headers['x-list-limit']))], ['10']);
  const pages = lists.map(({ key, headers }) => `${key} ${headers['x-list-iter'] ?? ''}`);
  assert.equal(new Set(pages).size, pages.length);
  // 25 rows in the root, 18 in a/, 1 in a/b.c/, 9 in a/b.c/d/, 12 in z/.
  assert.equal(pages.length, 3 + 2 + 1 + 1 + 2);
});

test('pages that repeat rows, name items twice or begin empty do no harm', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: TREE });
  const odd = { '': 'repeated-page', a: 'duplicate-names', z: 'empty-first-page' } as const;
  for (const [directory, listing] of Object.entries(odd)) {
    server.faults.add({ match: { kind: 'list', directory }, action: { listing } });
  }
  (await mirror('--page-size', '6')).expectExit(0);
  await assertTree(to, TREE);
});

test('a listing of SOURCE that goes in circles or has no cursor is never taken for complete → 1', async (t) => {
  for (const broken of ['cursor-loop', 'no-cursor'] as const) {
    for (const knowsJson of [true, false]) {
      const { list } = await openWorld(t, { objects: TREE, list: { broken, knowsJson } });
      const result = (await list('--retries', '0', '--page-size', '6')).expectExit(1);
      assert.match(result.stderr, /failed: .*upyun:\/\/pics could not be listed.* \[ERR_LISTING/, broken);
      assert.ok(result.keys.length >= 6, 'what is beyond doubt is told');
    }
  }
});

test('an error or a web page in place of a listing is tried again, and is not taken for an empty folder', async (t) => {
  const { server, list } = await openWorld(t, { objects: TREE });
  for (const action of [{ okWithHtml: true }, { okWithErrorJson: true }, { truncateAfterBytes: 20 }, { status: 502 }]) {
    server.faults.add({ match: { kind: 'list' }, action, times: 1 });
  }
  const result = (await list('--quiet')).expectExit(0);
  assert.deepEqual(result.keys.sort(), Object.keys(TREE).sort());
});

test('a folder that fails for good is recorded, the others go on, and fetch heals it from the failures file', async (t) => {
  const { server, to, mirror, fetch } = await openWorld(t, { objects: TREE, folders: EMPTY_FOLDERS });
  const ill = [
    { match: { kind: 'list', directory: 'a/b.c' }, action: { truncateAfterBytes: 5 } },
    { match: { kind: 'list', directory: 'z' }, action: { okWithHtml: true } },
  ] as const;
  for (const fault of ill) server.faults.add(fault);
  const broken = (await mirror('--retries', '1')).expectExit(1);
  assert.deepEqual(broken.counts, { listed: 42, stored: 40, skipped: 0, gone: 0, failed: 2 });
  const failures = await readFailures(to);
  assert.deepEqual(failures.map(({ key, type, code }) => [key, type, code]).sort(), [
    ['a/b.c', 'folder', 'ERR_LISTING'],
    ['z', 'folder', 'ERR_LISTING'],
  ]);

  const path = join(to, '.sluice', 'failures.ndjson');
  const still = (await fetch(createReadStream(path), '--retries', '0')).expectExit(1);
  assert.deepEqual(still.counts, { listed: 2, stored: 0, skipped: 0, gone: 0, failed: 2 });
  server.faults.clear();
  const healed = (await fetch(createReadStream(path))).expectExit(0);
  assert.deepEqual(healed.counts, { listed: 21, stored: 21, skipped: 0, gone: 0, failed: 0 });
  await assertTree(to, TREE);
});

test('list says which folder it could not list, and exits with 1', async (t) => {
  const { server, list } = await openWorld(t, { objects: TREE });
  server.faults.add({ match: { kind: 'list', directory: 'z' }, action: { listing: 'cursor-loop' } });
  const result = (await list('--retries', '0', '--page-size', '6', '--json')).expectExit(1);
  assert.equal(result.summary.failed, 1);
  const failure = result.events.find(({ event }) => event === 'failure');
  assert.deepEqual([failure?.key, failure?.code], ['z', 'ERR_LISTING']);
  const others = Object.keys(TREE).filter((key) => !key.startsWith('z/'));
  const seen = new Set(result.keys);
  for (const key of others) assert.ok(seen.has(key), key);
});

test('a name that is not UTF-8 is reported, and the rest of its page is stored', async (t) => {
  const objects = { 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' };
  const { server, to, mirror } = await openWorld(t, { objects });
  server.faults.add({ match: { kind: 'list' }, action: { listing: 'not-utf8' } });
  const result = (await mirror()).expectExit(1);
  assert.deepEqual(result.counts, { listed: 3, stored: 2, skipped: 0, gone: 0, failed: 1 });
  const [failure] = await readFailures(to);
  assert.equal(failure?.code, 'ERR_UNSAFE_KEY');
  assert.match(failure?.key ?? '', /\.jpg$/);
  await assertTree(to, { 'b.jpg': 'b', 'c.jpg': 'c' });
});

test('deep nesting is walked to its end', async (t) => {
  const deep = Array.from({ length: 200 }, (_, level) => `level${level}`).join('/');
  const objects = { [`${deep}/bottom.jpg`]: 'bottom', 'top.jpg': 'top' };
  const { to, mirror } = await openWorld(t, { objects });
  (await mirror()).expectExit(0);
  await assertTree(to, objects);
});
