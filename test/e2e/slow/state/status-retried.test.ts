// `status` after the failures of a job were tried again: it tells of those that are left, and of nothing else.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type Answer, OBJECTS, statusOf, textOf, untilStatus } from '../../../support/cli/asking.js';
import { openWorld, type World, type WorldOptions } from '../../../support/cli/harness.js';
import { readFailures } from '../../../support/cli/tree.js';

const FAILING = ['a/0001.jpg', 'a/0002.jpg', 'b/0003.jpg'];

const listIn = (to: string) => join(to, '.sluice', 'failures.ndjson');

/** A finished job of 35 objects, three of which have failed. */
async function failed(t: TestContext, options: WorldOptions = {}) {
  const world = await openWorld(t, { objects: OBJECTS, ...options });
  for (const key of FAILING) fail(world, key);
  (await world.mirror('--retries', '0')).expectExit(1);
  const { failed, stored } = await statusOf(world, ['--to', world.to]);
  assert.deepEqual([failed, stored], [3, 32]);
  return world;
}

function fail({ server }: World, key: string, status = 403) {
  server.faults.add({ match: { kind: 'get', key: new RegExp(`^${key}$`) }, action: { status } });
}

const failuresOf = ({ to }: World) => readFileSync(listIn(to), 'utf8');

async function told(world: World): Promise<Answer> {
  const answer = await statusOf(world, ['--to', world.to]);
  const { done, stored, skipped, gone, failed } = answer as Record<string, number>;
  assert.equal(done, stored! + skipped! + gone! + failed!, 'the stats balance');
  return answer;
}

async function assertMended(world: World, mended: number, listed = 35): Promise<void> {
  const answer = await told(world);
  const { failed, stored, failuresByCode, failuresFile } = answer;
  assert.deepEqual(
    { failed, stored, listed: answer.listed, mended: answer.mended, failuresByCode, failuresFile },
    { failed: 0, stored: listed, listed, mended, failuresByCode: {}, failuresFile: undefined },
  );
  const text = await textOf(world, ['--to', world.to]);
  assert.doesNotMatch(text, /^fail|ERR_|failures\.ndjson/m);
}

test('all of it is mended: no failure, no file of failures, and the bytes of the whole copy', async (t) => {
  const world = await failed(t);
  world.server.faults.clear();
  (await world.fetch(failuresOf(world))).expectExit(0);
  await assertMended(world, 3);
  assert.equal(
    (await told(world)).bytes,
    Object.values(OBJECTS).reduce((sum, { length }) => sum + length, 0),
  );
  // Once more: nothing is counted twice.
  (await world.fetch(readFileSync(`${listIn(world.to)}.previous`, 'utf8'))).expectExit(0);
  await assertMended(world, 3);
});

test('a part of it is mended: the rest is told by the code that it has now, with a file that names just that', async (t) => {
  const world = await failed(t);
  world.server.faults.clear();
  fail(world, 'a/0002.jpg', 500);
  (await world.fetch(failuresOf(world), '--retries', '0')).expectExit(1);
  const { failed: left, stored, failuresByCode, failuresFile, mended } = await told(world);
  assert.deepEqual([left, stored, failuresByCode, mended], [1, 34, { ERR_SERVER: 1 }, 2]);
  assert.deepEqual(
    (await readFailures(world.to, String(failuresFile))).map(({ key }) => key),
    ['a/0002.jpg'],
  );
  world.server.faults.clear();
  (await world.fetch(failuresOf(world))).expectExit(0);
  await assertMended(world, 3);
});

test('keys as they are, one after the other, and a list of failures that is kept elsewhere', async (t) => {
  const world = await failed(t);
  world.server.faults.clear();
  (await world.fetch('a/0001.jpg\n', '--failures', 'elsewhere')).expectExit(0);
  assert.deepEqual([(await told(world)).failed, (await told(world)).mended], [2, 1]);
  (await world.fetch('"a/0002.jpg"\n{"key":"b/0003.jpg"}\n', '--failures', 'elsewhere')).expectExit(0);
  await assertMended(world, 3);
});

test('a fetch of something else mends nothing, and its list is not that of the job', async (t) => {
  const world = await failed(t);
  (await world.fetch('a/0005.jpg\n')).expectExit(0);
  for (let look = 1; look <= 2; look++) {
    const { failed: left, failuresFile, failuresByCode, mended } = await told(world);
    assert.deepEqual([left, failuresByCode, mended], [3, { ERR_FORBIDDEN_OBJECT: 3 }, undefined]);
    const named = (await readFailures(world.to, String(failuresFile))).map(({ key }) => key);
    assert.deepEqual(named.sort(), FAILING);
    // Now with failures of its own.
    fail(world, 'a/0007.jpg');
    (await world.fetch('a/0007.jpg\n')).expectExit(1);
  }
});

test('the same keys of another SOURCE are other objects', async (t) => {
  const world = await failed(t);
  world.server.faults.clear();
  const args = ['fetch', '--from', 'upyun://pics/a', '--to', world.to, '--restart'];
  world.bucket.put('a/a/0001.jpg', 'other');
  (await world.run(args, { input: 'a/0001.jpg\n' })).expectExit(0);
  assert.deepEqual([(await told(world)).failed, (await told(world)).mended], [3, undefined]);
});

test('killed on its way: what is mended is told, and the rest after the next one', async (t) => {
  const world = await failed(t);
  const { server, to, start } = world;
  server.faults.clear();
  server.faults.add({ match: { kind: 'get', key: /b\/0003/ }, action: { stallBeforeHeaders: true } });
  const input = failuresOf(world);
  const { child, result } = start(['fetch', '--from', 'upyun://pics', '--to', to, '--json'], { input });
  await untilStatus(world, ['--to', to], ({ failed }) => failed === 1);
  child.kill('SIGKILL');
  await result;
  const { failed: left, failuresFile, stored } = await told(world);
  assert.deepEqual([left, stored], [1, 34]);
  assert.ok((await readFailures(to, String(failuresFile))).some(({ key }) => key === 'b/0003.jpg'));
  server.faults.clear();
  (await world.fetch(input)).expectExit(0);
  await assertMended(world, 3);
});

test('a folder that could not be listed: what it brings is counted, and what fails of it is named', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to } = world;
  server.faults.add({ match: { kind: 'list', directory: 'b' }, action: { status: 500 } });
  (await world.mirror('--retries', '0')).expectExit(1);
  assert.deepEqual([(await told(world)).failed, (await told(world)).stored], [1, 30]);
  (await world.fetch(failuresOf(world), '--retries', '0')).expectExit(1);
  assert.deepEqual([(await told(world)).failed, (await told(world)).mended], [1, undefined]);

  server.faults.clear();
  fail(world, 'b/0003.jpg');
  (await world.fetch(failuresOf(world), '--retries', '0')).expectExit(1);
  const { failed: left, stored, listed, failuresByCode, failuresFile } = await told(world);
  assert.deepEqual([left, stored, listed, failuresByCode], [1, 34, 35, { ERR_FORBIDDEN_OBJECT: 1 }]);
  assert.deepEqual(
    (await readFailures(to, String(failuresFile))).map(({ key }) => key),
    ['b/0003.jpg'],
  );
  server.faults.clear();
  (await world.fetch(failuresOf(world))).expectExit(0);
  const { failed: none, stored: all, listed: found, failuresFile: file } = await told(world);
  assert.deepEqual([none, all, found, file], [0, 35, 35, undefined]);
});

test('the next pass tells of itself alone', async (t) => {
  const world = await failed(t);
  world.server.faults.clear();
  (await world.fetch(failuresOf(world))).expectExit(0);
  (await world.mirror()).expectExit(0);
  const { failed: none, skipped, mended, failuresFile } = await told(world);
  assert.deepEqual([none, skipped, mended, failuresFile], [0, 35, undefined, undefined]);
});

test('an empty list, left by an older build, is not named, and a note with rubbish in it does no harm', async (t) => {
  const world = await failed(t);
  writeFileSync(listIn(world.to), '');
  writeFileSync(
    join(world.to, '.sluice', 'retried.ndjson'),
    'null\n{"key":1}\n[]\n{"key":"a/0001.jpg","status":"stored"}\n{',
  );
  const { failed: left, failuresFile } = await told(world);
  assert.deepEqual([left, String(failuresFile)], [3, join(world.to, '.sluice', 'job-failures.ndjson')]);
});

test('a job that goes on counts anew what a fetch had mended while it was interrupted', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to, start, mirror } = world;
  for (const key of FAILING) fail(world, key);
  server.faults.add({ match: { kind: 'get', key: /b\/0004/ }, action: { stallBeforeHeaders: true } });
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--json', '--retries', '0']);
  await untilStatus(world, ['--to', to], ({ done }) => done === 34);
  child.kill('SIGKILL');
  await result;
  assert.equal((await told(world)).failed, 3);
  server.faults.clear();
  (await world.fetch(FAILING.join('\n'))).expectExit(0);
  const { failed: left } = await told(world);
  assert.ok(Number(left) <= 1, 'what the lists name is mended');
  // What was settled as failed before stays so for the run.
  (await mirror()).expectExit(1);
  const { failed: none, listed, failuresFile } = await told(world);
  assert.deepEqual([none, listed, failuresFile], [0, 35, undefined]);
});

test('what was gone and has come back is stored: told without the list that names it, and the rest with one that does', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to } = world;
  for (const key of FAILING) server.faults.add({ match: { key: new RegExp(`^${key}$`) }, action: { status: 404 } });
  (await world.mirror()).expectExit(0);
  const goneList = join(to, '.sluice', 'gone.ndjson');
  const lines = readFileSync(goneList, 'utf8');
  const tellGone = async () => {
    const { gone, stored, goneFile } = await told(world);
    return { gone, stored, named: goneFile && (await readGoneKeys(String(goneFile))) };
  };
  assert.deepEqual(await tellGone(), { gone: 3, stored: 32, named: FAILING });

  server.faults.clear();
  server.faults.add({ match: { key: /^b\/0003\.jpg$/ }, action: { status: 404 } });
  (await world.fetch(lines)).expectExit(0);
  assert.deepEqual(await tellGone(), { gone: 1, stored: 34, named: ['b/0003.jpg'] });
  // By its key alone it is a failure of that fetch, and what it was for the job.
  (await world.fetch('b/0003.jpg\n')).expectExit(1);
  assert.deepEqual(await tellGone(), { gone: 1, stored: 34, named: ['b/0003.jpg'] });
  server.faults.clear();
  fail(world, 'b/0003.jpg');
  (await world.fetch(lines)).expectExit(1);
  const { failed: left, gone, failuresByCode } = await told(world);
  assert.deepEqual([left, gone, failuresByCode], [1, 0, { ERR_FORBIDDEN_OBJECT: 1 }]);
  server.faults.clear();
  (await world.fetch('b/0003.jpg\n')).expectExit(0);
  assert.deepEqual(await tellGone(), { gone: 0, stored: 35, named: undefined });
  assert.doesNotMatch(await textOf(world, ['--to', to]), /^gone/m);
});

async function readGoneKeys(path: string): Promise<string[]> {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ reason }) => reason === 'gone')
    .map(({ key }) => key)
    .sort();
}
