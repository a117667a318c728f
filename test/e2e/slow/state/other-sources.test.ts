// A folder is of one SOURCE: objects of another one do not come into it unless that is meant.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { memoryBucket } from '../../../fakes/buckets/memory-bucket.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { assertTree, readTree } from '../../../support/cli/tree.js';

const BELOW = manyObjects(6, { folder: '' });
const OBJECTS = {
  ...Object.fromEntries(Object.entries(BELOW).map(([key, body]) => [`02/${key}`, body])),
  'top.jpg': Buffer.from('top'),
};

const open = (t: Parameters<typeof openWorld>[0]) =>
  openWorld(t, { buckets: { photos: memoryBucket(OBJECTS), other: memoryBucket(BELOW) } });

const mirrorOf = ({ run, to }: World, source: string, ...args: string[]) =>
  run(['mirror', `upyun://${source}`, '--to', to, '--json', ...args]);
const fetchOf = ({ run, to }: World, source: string, input: string, ...args: string[]) =>
  run(['fetch', '--from', `upyun://${source}`, '--to', to, '--json', ...args], { input });

/** As an older build has left it. */
const forget = (folder: string) => rmSync(join(folder, '.sluice', 'source.json'), { force: true });

for (const [first, second] of [
  ['photos/02', 'photos'],
  ['photos', 'photos/02'],
  ['photos/02', 'other'],
] as const) {
  for (const isOld of [false, true]) {
    test(`${first} is finished${isOld ? ', by an older build' : ''}: ${second} is refused, and changes nothing`, async (t) => {
      const world = await open(t);
      (await mirrorOf(world, first)).expectExit(0);
      if (isOld) forget(world.to);
      const before = await readTree(world.to);
      for (const refused of [await mirrorOf(world, second), await fetchOf(world, second, 'top.jpg\n')]) {
        refused.expectExit(2);
        assert.match(refused.stderr, new RegExp(`SOURCE was upyun://${first} and is now upyun://${second};`));
        assert.match(refused.stderr, /give another --to, or --restart/);
      }
      assert.deepEqual(await readTree(world.to), before);
      // The job of the folder is as it was.
      assert.equal((await mirrorOf(world, first)).expectExit(0).summary.stored, 0);
    });
  }
}

test('--restart means it: of mirror and of fetch, and the folder is of that SOURCE from then on', async (t) => {
  const world = await open(t);
  (await mirrorOf(world, 'photos/02')).expectExit(0);
  (await mirrorOf(world, 'photos', '--restart')).expectExit(0);
  await assertTree(world.to, { ...BELOW, ...OBJECTS });
  (await mirrorOf(world, 'photos')).expectExit(0);
  (await mirrorOf(world, 'photos/02')).expectExit(2);
  assert.equal((await fetchOf(world, 'other', '0000.jpg\n', '--restart')).expectExit(0).summary.stored, 1);
  (await fetchOf(world, 'other', '0000.jpg\n')).expectExit(0);
  (await mirrorOf(world, 'photos')).expectExit(2);
});

test('the same SOURCE in another spelling, through another server, with other filters, is the same', async (t) => {
  const world = await open(t);
  (await mirrorOf(world, 'photos/02')).expectExit(0);
  for (const source of ['photos/02/', 'photos//02', 'photos/02//']) (await mirrorOf(world, source)).expectExit(0);
  const other = world.server.endpoint.replace('127.0.0.1', 'localhost');
  (await mirrorOf(world, 'photos/02', '--endpoint', other)).expectExit(0);
  (await mirrorOf(world, 'photos/02', '--include', '0001.jpg', '--limit', '1')).expectExit(0);
  (await fetchOf(world, 'photos/02/', '0001.jpg\n')).expectExit(0);
});

test('another variant brings other bytes under the same keys: refused', async (t) => {
  const world = await open(t);
  (await mirrorOf(world, 'photos')).expectExit(0);
  for (const refused of [
    await mirrorOf(world, 'photos', '--variant', '!s'),
    await fetchOf(world, 'photos', 'top.jpg\n', '--variant', '!s'),
  ]) {
    assert.match(refused.expectExit(2).stderr, /--variant was not given and is now !s;/);
  }
});

test('what fetch has stored is of its SOURCE, too: for fetch, and for mirror', async (t) => {
  const world = await open(t);
  (await fetchOf(world, 'photos', 'top.jpg\n')).expectExit(0);
  for (const refused of [await fetchOf(world, 'photos/02', '0000.jpg\n'), await mirrorOf(world, 'other')]) {
    assert.match(refused.expectExit(2).stderr, /SOURCE was upyun:\/\/photos and is now upyun:\/\/(photos\/02|other);/);
  }
  (await mirrorOf(world, 'photos')).expectExit(0);
});

test('a SOURCE that has brought nothing claims no folder, nor does a dry run', async (t) => {
  const world = await open(t);
  (await mirrorOf(world, 'photos/02', '--dry-run')).expectExit(0);
  (await fetchOf(world, 'other', '')).expectExit(0);
  (await fetchOf(world, 'other', 'nothing.jpg\n')).check();
  (await mirrorOf(world, 'photso')).expectExit(3);
  (await mirrorOf(world, 'photos')).expectExit(0);
  await assertTree(world.to, OBJECTS);
});

test('a pass that has found nothing yet does not open the folder to another SOURCE', async (t) => {
  const world = await open(t);
  (await mirrorOf(world, 'photos')).expectExit(0);
  world.server.faults.add({ match: { kind: 'list' }, action: { status: 500 } });
  (await mirrorOf(world, 'photos', '--retries', '0')).expectExit(3);
  world.server.faults.clear();
  forget(world.to);
  (await mirrorOf(world, 'other')).expectExit(2);
  (await mirrorOf(world, 'photos')).expectExit(0);
});

test('a second disk that is full of another SOURCE is not taken in', async (t) => {
  const world = await open(t);
  const disk = join(world.folder, 'disk');
  (await mirrorOf(world, 'photos')).expectExit(0);
  (await world.run(['mirror', 'upyun://other', '--to', disk])).expectExit(0);
  const refused = (await mirrorOf(world, 'photos', '--to', disk)).expectExit(2);
  assert.match(refused.stderr, /disk holds another copy: SOURCE was upyun:\/\/other and is now upyun:\/\/photos;/);
  // Nothing was begun there.
  (await world.run(['mirror', 'upyun://other', '--to', disk])).expectExit(0);
});

test('a record that is damaged, or absurdly large, is as good as none: the journal tells', async (t) => {
  const world = await open(t);
  (await mirrorOf(world, 'photos')).expectExit(0);
  const path = join(world.to, '.sluice', 'source.json');
  for (const text of ['', '{"source":', '{"source":1}', 'null', `"${'x'.repeat(100_000)}"`]) {
    writeFileSync(path, text);
    (await mirrorOf(world, 'other')).expectExit(2);
  }
  (await mirrorOf(world, 'photos')).expectExit(0);
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { source: 'upyun://photos', variant: '' });
  rmSync(path);
  mkdirSync(path);
  (await mirrorOf(world, 'photos')).expectExit(3);
});

test('a listing that is finished is not gone on with by that of another SOURCE', async (t) => {
  const world = await open(t);
  const list = (source: string, ...args: string[]) =>
    world.run(['list', `upyun://${source}`, '--state', 'state', '--json', ...args]);
  (await list('photos')).expectExit(0);
  const refused = (await list('other')).expectExit(2);
  assert.match(
    refused.stderr,
    /SOURCE was upyun:\/\/photos and is now upyun:\/\/other; give another --state, or .*--restart/,
  );
  assert.equal(refused.stdout, '');
  assert.equal((await list('photos/')).expectExit(0).keys.length, 7);
  assert.equal((await list('other', '--restart')).expectExit(0).keys.length, 6);
});

test('a folder that a shared job has filled is refused by another one, and by mirror; and the other way round', async (t) => {
  const world = await openSharedWorld(t, { buckets: { photos: memoryBucket(OBJECTS), other: memoryBucket(BELOW) } });
  const shared = (source: string, machine: number, job: string) =>
    world.queued(['mirror', `upyun://${source}`, '--to', world.folderOf(machine), '--job', job, '--json']);
  (await shared('photos/02', 1, 'one')).expectExit(0);
  const refused = (await shared('photos', 1, 'two')).expectExit(2);
  assert.match(
    refused.stderr,
    /SOURCE was upyun:\/\/photos\/02 and is now upyun:\/\/photos; .*--restart < \/dev\/null/,
  );
  (await mirrorOf({ ...world, to: world.folderOf(1) }, 'photos')).expectExit(2);
  (await shared('photos/02', 1, 'three')).expectExit(0);

  (await mirrorOf({ ...world, to: world.folderOf(2) }, 'other')).expectExit(0);
  (await shared('photos', 2, 'four')).expectExit(2);
  (await fetchOf({ ...world, to: world.folderOf(2) }, 'photos', '', '--restart')).expectExit(0);
  (await shared('photos', 2, 'four')).expectExit(0);
  assert.ok((await readTree(world.folderOf(2))).has('top.jpg'));
});

test('a dry run into the folder of another SOURCE or variant says that the run itself is refused', async (t) => {
  const world = await open(t);
  (await mirrorOf(world, 'photos/02')).expectExit(0);
  const dry = (await mirrorOf(world, 'photos', '--dry-run')).expectExit(0);
  assert.match(dry.stderr, /without --dry-run Sluice refuses this: .*SOURCE was upyun:\/\/photos\/02 and is now/);
  const fetched = (await fetchOf(world, 'photos/02', '0000.jpg\n', '--dry-run', '--variant', '!s')).expectExit(0);
  assert.match(fetched.stderr, /without --dry-run Sluice refuses this: .*--variant was not given and is now !s/);
  for (const meant of [
    await mirrorOf(world, 'photos/02', '--dry-run'),
    await mirrorOf(world, 'photos', '--dry-run', '--restart'),
  ])
    assert.doesNotMatch(meant.expectExit(0).stderr, /refused/);
});
