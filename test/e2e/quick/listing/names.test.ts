// 1,500 objects with every awkward name there is: mirrored byte by byte, then not asked for again, then mended.

import assert from 'node:assert/strict';
import { mkdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { AWKWARD_NAMES, bytesFor, takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, readTree } from '../../../support/cli/tree.js';

const FOLDERS = ['2017.09.03', '商品图片/春季', 'a b/c&d/.dots', '%41+%2F?#', '空'.repeat(80), '-r/--to', '"{"/[x]'];

/** All awkward names in the root and in awkward folders, the rest plain; each 97th is empty. */
function awkwardObjects(count: number): Record<string, Buffer> {
  const objects: Record<string, Buffer> = {};
  const put = (key: string) => {
    const number = Object.keys(objects).length;
    objects[key] = bytesFor(key, number % 97 === 0 ? 0 : (number * 37) % 9_000);
  };
  for (const folder of ['', ...FOLDERS.map((name) => `${name}/`)]) {
    for (const name of AWKWARD_NAMES) put(folder + name);
  }
  for (let number = 0; Object.keys(objects).length < count; number++) {
    put(`plain/${number % 30}/${String(number).padStart(4, '0')}.jpg`);
  }
  return objects;
}

test('a mirror of 1,500 awkward names is byte-identical, asks for nothing twice and mends what is damaged', async (t) => {
  const objects = awkwardObjects(1_500);
  const { server, to, mirror } = await openWorld(t, { objects, folders: ['empty', '空的/文件夹'] });

  const first = (await mirror()).expectExit(0);
  assert.deepEqual(first.counts, { listed: 1_500, stored: 1_500, skipped: 0, gone: 0, failed: 0 });
  assert.equal(
    first.summary.bytes,
    Object.values(objects).reduce((sum, { length }) => sum + length, 0),
  );
  await assertTree(to, objects);
  assert.deepEqual(takeFetched(server), Object.keys(objects).sort());

  const second = (await mirror()).expectExit(0);
  assert.deepEqual(second.counts, { listed: 1_500, stored: 0, skipped: 1_500, gone: 0, failed: 0 });
  assert.deepEqual(takeFetched(server), []);

  const truncated = '商品图片/春季/a+b.jpg';
  await truncate(join(to, truncated), 10);
  await rm(join(to, '--help'));
  const third = (await mirror()).expectExit(0);
  assert.deepEqual(third.counts, { listed: 1_500, stored: 2, skipped: 1_498, gone: 0, failed: 0 });
  assert.deepEqual(takeFetched(server), ['--help', truncated]);
  await assertTree(to, objects);
});

test('a listing piped into fetch gives the same awkward tree', async (t) => {
  const objects = awkwardObjects(600);
  const { to, list, fetch } = await openWorld(t, { objects });
  const listing = (await list('--quiet')).expectExit(0);
  assert.deepEqual(listing.keys.sort(), Object.keys(objects).sort());
  const run = (await fetch(listing.stdout)).expectExit(0);
  assert.equal(run.summary.stored, 600);
  await assertTree(to, objects);
});

test('awkward names as bare keys are taken literally', async (t) => {
  // What looks like JSON is read as JSON, and bare keys cannot tell where white space ends a line.
  const names = AWKWARD_NAMES.filter((name) => !/^[{["\ufeff]/.test(name));
  const objects = Object.fromEntries(names.map((name) => [`目录/${name}`, bytesFor(name, 50)]));
  const { to, run } = await openWorld(t, { objects });
  const input = names.map((name) => `${name}\n`).join('');
  const result = await run(['fetch', '--from', 'upyun://pics/目录', '--to', to, '--json'], { input });
  assert.equal(result.expectExit(0).summary.stored, names.length);
  await assertTree(to, Object.fromEntries(names.map((name) => [name, bytesFor(name, 50)])));
});

test('names with control characters survive the listing and the pipe', async (t) => {
  const names = ['tab\there', 'return\r', 'bell\u0007', 'escape\u001b[31m', 'line\u2028separator', 'delete\u007f'];
  const objects = Object.fromEntries(names.map((name) => [`c/${name}`, name]));
  const { list, mirror, fetch, to } = await openWorld(t, { objects });
  (await mirror()).expectExit(0);
  await assertTree(to, objects);
  await rm(to, { recursive: true });
  (await fetch((await list()).stdout)).expectExit(0);
  await assertTree(to, objects);
});

test('SOURCE and DIR may have awkward names themselves', async (t) => {
  const prefix = '商品 图片/50% #1?+';
  const objects = { [`${prefix}/a.jpg`]: 'a', [`${prefix}/b/c.jpg`]: 'c', 'other.jpg': 'other' };
  const { folder, run } = await openWorld(t, { objects });
  const to = join(folder, '目标 "x" $HOME', "it's here");
  (await run(['mirror', `upyun://pics/${prefix}`, '--to', to])).expectExit(0);
  await assertTree(to, { 'a.jpg': 'a', 'b/c.jpg': 'c' });
});

test('files that differ only in case or in normal form are not the same file', async (t) => {
  const objects = { 'A.jpg': 'upper', 'a.jpg': 'lower', '\u00e9': 'composed', 'e\u0301': 'decomposed' };
  const { folder, to, mirror } = await openWorld(t, { objects });
  const other = join(folder, 'Case');
  await mkdir(other);
  if (await stat(join(folder, 'case')).catch(() => undefined)) return t.skip('this disk ignores case');
  (await mirror()).expectExit(0);
  assert.equal((await readTree(to)).size, 4);
  await assertTree(to, objects);
});
