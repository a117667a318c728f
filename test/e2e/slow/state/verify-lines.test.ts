// `verify -` where the input speaks of a key more than once: the last line counts, and each key once.

import assert from 'node:assert/strict';
import { appendFileSync, closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import type { CliResult } from '../../../support/cli/result.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const OBJECTS = manyObjects(30, { folder: 'a/' });
const LATER = Date.parse('2030-01-01T00:00:00Z') / 1000;

/** Replaced: of another size, and of the same one. */
const REPLACED = {
  'a/0001.jpg': { body: bytesFor('new', 77), mtimeSeconds: LATER },
  'a/0002.jpg': { body: bytesFor('other', OBJECTS['a/0002.jpg']!.length), mtimeSeconds: LATER },
};

function totals({ summary }: CliResult) {
  const { listed, alike, different, reasons, failed, skipped } = summary as never as Record<string, unknown>;
  return { listed, alike, different, reasons, failed, skipped };
}

const ALL_ALIKE = { listed: 30, alike: 30, different: 0, reasons: {}, failed: 0, skipped: 30 };

/** Two passes with one manifest, and something new in the second one. */
async function twoPasses(t: TestContext) {
  const world = await openWorld(t, { objects: OBJECTS });
  (await world.mirror('--manifest', 'm')).expectExit(0);
  for (const [key, content] of Object.entries(REPLACED)) world.bucket.put(key, content);
  assert.equal((await world.mirror('--manifest', 'm')).expectExit(0).summary.stored, 2);
  const manifest = readFileSync(join(world.folder, 'm'), 'utf8');
  assert.equal(manifest.split('\n').length, 33, 'two keys have two lines');
  return { world, manifest, verify: verifier(world) };
}

const verifier =
  ({ run, to }: World) =>
  (input: string, ...args: string[]) =>
    run(['verify', '-', '--to', to, '--json', ...args], { input });

test('an object that was replaced is alike, by a pipe and by a file, with --checksum and with --extra', async (t) => {
  const { world, manifest, verify } = await twoPasses(t);
  for (const args of [[], ['--checksum'], ['--extra'], ['--checksum', '--extra']]) {
    const result = (await verify(manifest, ...args)).expectExit(0);
    assert.deepEqual([result.stdout, totals(result)], ['', ALL_ALIKE]);
  }
  const file = await world.shell(`"$NODE" "$SLUICE" verify - --to out --json --checksum < m`);
  assert.deepEqual(totals(file.expectExit(0)), ALL_ALIKE);
});

test('the later line decides whichever it is: one that differs is told, once, by what it says', async (t) => {
  const { manifest, verify } = await twoPasses(t);
  const lines = manifest.trimEnd().split('\n');
  // The old lines behind the new ones.
  const turned = [...lines.slice(30), ...lines.slice(0, 30)].join('\n');
  const result = (await verify(turned, '--checksum')).expectExit(1);
  const found = result.lines.map(({ key, reason }) => `${key} ${reason}`).sort();
  assert.deepEqual(found, ['a/0001.jpg size', 'a/0002.jpg digest']);
  assert.deepEqual(totals(result), {
    ...{ listed: 30, alike: 28, different: 2, failed: 2, skipped: 28 },
    reasons: { size: 1, digest: 1 },
  });
});

test('lines that differ, several of a key: the last one is told and counted', async (t) => {
  const { world, manifest, verify } = await twoPasses(t);
  rmSync(join(world.to, 'a/0001.jpg'));
  appendFileSync(join(world.to, 'a/0002.jpg'), 'more');
  const result = (await verify(`${manifest}${manifest}"a/none"\na/none\n{"key":"a/none","size":7}\n`)).expectExit(1);
  const found = result.lines.map(({ key, reason, size }) => [key, reason, size]).sort();
  assert.deepEqual(found, [
    ['a/0001.jpg', 'missing', 77],
    ['a/0002.jpg', 'size', OBJECTS['a/0002.jpg']!.length],
    ['a/none', 'missing', 7],
  ]);
  assert.deepEqual(totals(result), {
    ...{ listed: 31, alike: 28, different: 3, failed: 3, skipped: 28 },
    reasons: { missing: 2, size: 1 },
  });
});

test('bare keys, and lines of a listing, that come twice count once; bad lines each', async (t) => {
  const { world, verify } = await twoPasses(t);
  const bare = `${Object.keys(OBJECTS).join('\n')}\n`;
  assert.deepEqual(totals((await verify(bare + bare, '--extra')).expectExit(0)), ALL_ALIKE);
  const listing = (await world.list()).expectExit(0).stdout;
  assert.deepEqual(totals((await verify(listing + bare + listing, '--checksum')).expectExit(0)), ALL_ALIKE);
  const bad = (await verify(`{"key"\n${bare}{"key"\n`)).expectExit(1);
  assert.deepEqual(totals(bad).reasons, { unusable: 2 });
  assert.equal(bad.lines.length, 2);
});

test('a folder that an earlier comparison could not list is listed and counted once', async (t) => {
  const { world, verify } = await twoPasses(t);
  world.server.faults.add({ match: { kind: 'list', directory: 'b' }, action: { status: 500 } });
  const folder = '{"key":"b","code":"ERR_LISTING","type":"folder"}\n';
  const args = ['--from', 'upyun://pics', '--retries', '0'];
  const result = (await verify(`${folder}a/0003.jpg\n${folder}`, ...args)).expectExit(1);
  assert.deepEqual([result.lines.length, totals(result).listed, totals(result).reasons], [1, 2, { unlisted: 1 }]);
});

test('--extra names what no line accounts for, where keys have several lines', async (t) => {
  const { world, manifest, verify } = await twoPasses(t);
  writeFileSync(join(world.to, 'a', 'mine'), 'x');
  const result = (await verify(manifest, '--extra')).expectExit(1);
  assert.deepEqual(
    result.lines.map(({ key, reason }) => [key, reason]),
    [['a/mine', 'extra']],
  );
  assert.deepEqual(totals(result).reasons, { extra: 1 });
});

test('on a full disk what is held goes elsewhere', async (t) => {
  const disk = smallDisk(t, 'size=4m');
  if (disk === undefined) return;
  const world = await openWorld(t, { objects: OBJECTS });
  (await world.run(['mirror', 'upyun://pics', '--to', disk.root, '--reserve', '0'])).expectExit(0);
  const file = openSync(join(disk.root, 'filler'), 'w');
  assert.throws(() => {
    for (;;) appendFileSync(file, Buffer.alloc(4_096));
  }, /ENOSPC/);
  closeSync(file);
  const lines = Array.from({ length: 6_000 }, (_, index) => `none/${index}\n`).join('');
  const result = await verifier({ ...world, to: disk.root })(lines + lines);
  assert.equal(result.expectExit(1).lines.length, 6_000);
  assert.deepEqual(totals(result).reasons, { missing: 6_000 });
});
