// Folders that hold files from before: whoever has a version of an object gets the new one, and nothing is fetched twice.

import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { type Running, until } from '../../../support/cli/harness.js';
import { assertSpread, copiesIn, jobOf, openSharedWorld, startTogether } from '../../../support/cli/shared.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();

const tree = (folders: number, each = 25): Record<string, Buffer> =>
  Object.assign({}, ...Array.from({ length: folders }, (_, index) => manyObjects(each, { folder: `f${index}/` })));

test('a second pass by the same machines fetches what has changed, to where it lies', { skip }, async (t) => {
  const objects = tree(16, 80);
  const world = await openSharedWorld(t, { objects });
  const args = ['--concurrency', '4'];
  const first = await Promise.all((await startTogether(world, [0, 1], args)).map(({ result }) => result));
  for (const result of first) result.expectExit(0);
  const folders = [0, 1].map(world.folderOf);
  const before = await copiesIn(folders);
  assert.ok(
    first.every(({ summary }) => summary.stored > 0),
    'both have something',
  );

  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(0);
  const changed = ['f1/0003.jpg', 'f7/0010.jpg', 'f15/0024.jpg'];
  for (const key of changed) {
    objects[key] = bytesFor(`new ${key}`, 1_500);
    world.bucket.put(key, objects[key]!);
  }
  objects['f16/new.jpg'] = bytesFor('new', 10);
  world.bucket.put('f16/new.jpg', objects['f16/new.jpg']!);
  const asked = world.server.counters.get;
  // The second one comes late: it is waited for, since it has half of the files.
  const one = world.startMachine(0, args);
  await until('the wait', () => one.stderr().includes('the job waits for'));
  const two = world.startMachine(1, args);
  for (const { result } of [one, two]) assert.equal(jobOf((await result).expectExit(0)).stored, 4);
  assert.equal(world.server.counters.get - asked, 4, 'only what has changed was fetched');
  await assertSpread(folders, objects);
  const after = await copiesIn(folders);
  for (const key of changed) assert.equal(after.get(key)![0]!.folder, before.get(key)![0]!.folder);
});

test('a machine that has copied alone is joined by one with an empty disk', { skip }, async (t) => {
  const objects = tree(12);
  const world = await openSharedWorld(t, { objects });
  (await world.run(['mirror', 'upyun://pics', '--to', world.folderOf(0), '--include', 'f1*/**'])).expectExit(0);
  const had = (await copiesIn([world.folderOf(0)])).size;
  const asked = world.server.counters.get;
  const old = world.startMachine(0, ['--concurrency', '2']);
  await until('the job', () => old.stderr().includes('begun'));
  const empty = world.startMachine(1, ['--concurrency', '2']);
  for (const { result } of [old, empty]) (await result).expectExit(0);
  assert.equal(world.server.counters.get - asked, 300 - had);
  await assertSpread([0, 1].map(world.folderOf), objects);
});

test('a machine that came too late for anything knows who has it all, and waits for that one', { skip }, async (t) => {
  const objects = tree(4);
  const world = await openSharedWorld(t, { objects });
  (await world.startMachine(0).result).expectExit(0);
  (await world.startMachine(1).result).expectExit(0);
  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(0);
  const asked = world.server.counters.get;
  const late = world.startMachine(1);
  await until('the wait', () => late.stderr().includes('the job waits for') || late.child.exitCode !== null);
  assert.equal(late.child.exitCode, null, 'it has not fetched it all by itself');
  const full = world.startMachine(0);
  for (const { result } of [late, full]) assert.equal(jobOf((await result).expectExit(0)).stored, 0);
  assert.equal(world.server.counters.get - asked, 0);
  await assertSpread([0, 1].map(world.folderOf), objects);
});

test('a machine that comes again waits for nobody whom it has only met in this job', { skip }, async (t) => {
  const objects = tree(12, 80);
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 10 } });
  const args = ['--concurrency', '2', '--lease', '5s'];
  const [one, lost] = (await startTogether(world, [0, 1], args)) as [Running, Running];
  await until('both have something', async () => {
    const folders = [0, 1].map((machine) => copiesIn([world.folderOf(machine)]).catch(() => new Map()));
    return (await Promise.all(folders)).every(({ size }) => size > 60);
  });
  lost.child.kill('SIGKILL');
  one.child.kill('SIGINT');
  (await one.result).expectExit(130);
  const again = world.startMachine(0, args);
  assert.equal(jobOf((await again.result).expectExit(0)).isComplete, true);
  assert.ok(!again.stderr().includes('the job waits for'), again.stderr());
});

test('a machine that does not come back is forgotten, and the job goes on without it', { skip }, async (t) => {
  const objects = tree(8, 120);
  const world = await openSharedWorld(t, { objects });
  const first = await startTogether(world, [0, 1]);
  for (const { result } of first) (await result).expectExit(0);
  const status = (await world.queued(['status', '--json'])).lines[0] as {
    workers: { name: string; volumes: { path: string }[] }[];
  };
  const lost = status.workers.find(({ volumes }) => volumes[0]!.path === world.folderOf(1))!.name;
  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(0);
  const again = world.startMachine(0);
  await until('the wait', () => again.stderr().includes(`the job waits for ${lost}`) || again.child.exitCode !== null);
  assert.equal(again.child.exitCode, null);
  await world.queued(['forget', '--job', 'pics', '--worker', lost]);
  (await again.result).expectExit(0);
  assert.equal((await copiesIn([world.folderOf(0)])).size, 960);
});
