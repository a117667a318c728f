// More disks than before: for a job that is not finished, in any order, with a kill between any two steps of it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { loadJob } from '../../../../src/journal/load.js';
import { bytesFor, manyObjects, takeFetched } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { journalIn, killWhen, runsOf } from '../../../support/cli/jobs.js';
import type { CliResult } from '../../../support/cli/result.js';
import { readTree } from '../../../support/cli/tree.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const EARLY = Object.assign({}, ...Array.from({ length: 6 }, (_, at) => manyObjects(5, { folder: `early${at}/` })));
const LATE = Object.assign({}, ...Array.from({ length: 24 }, (_, at) => manyObjects(2, { folder: `late${at}/` })));
const OBJECTS: Record<string, Buffer> = { ...EARLY, ...LATE };
const ALL = Object.keys(OBJECTS).length;

function command(roots: readonly string[], ...more: string[]): string[] {
  return ['mirror', 'upyun://pics', ...roots.flatMap((root) => ['--to', root]), '--json', ...more];
}

/** A job with everything early on `names`, and nothing else, that was killed. */
async function openCut(t: TestContext, names: readonly string[]) {
  const world = await openWorld(t, { objects: OBJECTS });
  const rootOf = (name: string) => join(world.folder, name);
  const held = world.server.faults.add({ match: { kind: 'list', key: /^late/ }, action: { stallBeforeHeaders: true } });
  const roots = names.map(rootOf);
  await killWhen(world.start(command(roots)), journalIn(roots[0]!), ({ totals }) => totals.stored === 30);
  world.server.faults.remove(held);
  takeFetched(world.server);
  return { world, rootOf, with: (...some: string[]) => world.run(command(some.map(rootOf))) };
}

async function assertWhole(roots: readonly string[], expected = OBJECTS): Promise<number[]> {
  const trees = await Promise.all(roots.map(readTree));
  assert.deepEqual(trees.flatMap((tree) => [...tree.keys()]).sort(), Object.keys(expected).sort());
  for (const [key, bytes] of trees.flatMap((tree) => [...tree])) assert.ok(bytes.equals(expected[key]!), key);
  return trees.map(({ size }) => size);
}

function assertGoesOn(result: CliResult, { server }: World): void {
  const { listed, stored, skipped, failed } = result.expectExit(0).summary;
  assert.deepEqual([listed, stored, skipped, failed, runsOf(result)], [ALL, ALL, 0, 0, 2]);
  assert.equal(takeFetched(server).length, Object.keys(LATE).length, 'nothing is fetched twice');
}

test('a disk more goes on with the job: it takes its share, and all commands know it', async (t) => {
  const { world, rootOf, with: run } = await openCut(t, ['one']);
  const more = await run('one', 'two');
  assertGoesOn(more, world);
  assert.match(more.stderr, /two is new in this job/);
  const sizes = await assertWhole([rootOf('one'), rootOf('two')]);
  assert.ok(sizes[1]! > 0, `${sizes}`);
  assert.deepEqual(loadJob(journalIn(rootOf('one'))).state!.identity.volumes, [rootOf('one'), rootOf('two')]);
  const told = (await world.run(['status', '--to', rootOf('two')])).expectExit(0);
  assert.match(told.stdout, new RegExp(`${rootOf('two')}`));
  const both = ['one', 'two'].flatMap((name) => ['--to', rootOf(name)]);
  (await world.run(['verify', 'upyun://pics', ...both, '--checksum', '--extra'])).expectExit(0);
  assert.match((await run('one')).expectExit(3).stderr, /two holds another and is missing from --to/);
  assert.equal((await run('one', 'two')).expectExit(0).summary.skipped, ALL);
});

for (const names of [
  ['two', 'one'],
  ['one', 'three', 'two'],
  ['three', 'two', 'one'],
]) {
  test(`the order does not matter: one and two, then ${names.join(', ')}`, async (t) => {
    const { world, rootOf, with: run } = await openCut(t, ['one', 'two']);
    assertGoesOn(await run(...names), world);
    await assertWhole(names.map(rootOf));
    assert.ok(existsSync(journalIn(rootOf('one'))) && !existsSync(journalIn(rootOf('two'))), 'the state stays');
    assert.equal((await run(...names.reverse())).expectExit(0).summary.skipped, ALL);
    const to = names.flatMap((name) => ['--to', rootOf(name)]);
    (await world.run(['verify', 'upyun://pics', ...to, '--checksum', '--extra'])).expectExit(0);
  });
}

test('what a new disk holds already is not fetched, and counts as skipped', async (t) => {
  const { world, rootOf, with: run } = await openCut(t, ['one']);
  const [there] = Object.keys(LATE) as [string];
  await mkdir(join(rootOf('two'), there, '..'), { recursive: true });
  await writeFile(join(rootOf('two'), there), OBJECTS[there]!);
  const { listed, stored, skipped, failed } = (await run('one', 'two')).expectExit(0).summary;
  assert.deepEqual([listed, stored, skipped, failed], [ALL, ALL - 1, 1, 0]);
  const fetched = takeFetched(world.server);
  assert.deepEqual([fetched.length, fetched.includes(there)], [Object.keys(LATE).length - 1, false]);
  await assertWhole([rootOf('one'), rootOf('two')]);
});

test('a finished copy of the same bucket may become a part of it, one of another bucket may not', async (t) => {
  const { world, rootOf, with: run } = await openCut(t, ['one']);
  (await world.run(['mirror', 'upyun://pics/late0', '--to', rootOf('two'), '--json'])).expectExit(0);
  const refused = (await run('one', 'two')).expectExit(2);
  assert.match(refused.stderr, /--to \S+two: this folder keeps another copy.*move \S+\.sluice away/);
  (await world.run(command([rootOf('three')]))).expectExit(0);
  (await run('one', 'three')).expectExit(0);
  const trees = await Promise.all([rootOf('one'), rootOf('three')].map(readTree));
  assert.deepEqual([...new Set(trees.flatMap((tree) => [...tree.keys()]))].sort(), Object.keys(OBJECTS).sort());
});

test('fewer disks, or another one in the place of an old one, are refused with what to do', async (t) => {
  const { world, rootOf, with: run } = await openCut(t, ['one', 'two']);
  for (const names of [['one'], ['one', 'three']]) {
    const refused = (await run(...names)).expectExit(2);
    assert.match(refused.stderr, /--to was \S+one \S+two and is now \S+one/);
    assert.match(refused.stderr, /you may add disks with more --to; keep the others/);
  }
  assert.match((await run('two')).expectExit(3).stderr, /give all of them: --to \S+one --to \S+two/);
  assert.equal(existsSync(rootOf('three')), false);
  assertGoesOn(await run('one', 'two'), world);
});

for (const [point, passage] of [
  ['marker.renamed', 1],
  ['marker.renamed', 2],
  ['compact.written', 1],
  ['compact.renamed', 1],
  ['checkpoint.taken', 1],
] as const) {
  test(`killed at ${point}, passage ${passage}, while a disk is added: the same command goes on`, async (t) => {
    const { world, rootOf, with: run } = await openCut(t, ['one', 'two']);
    const env = { SLUICE_CRASH_POINT: `${point}:${passage}` };
    const args = command(['one', 'two', 'three'].map(rootOf));
    const killed = await world.start(args, { env }).result;
    assert.equal(killed.signal, 'SIGKILL', 'the point was reached');
    const { listed, failed } = (await run('one', 'two', 'three')).expectExit(0).summary;
    assert.deepEqual([listed, failed], [ALL, 0]);
    await assertWhole(['one', 'two', 'three'].map(rootOf));
  });
}

test('fetch takes a disk more, too, and does not stand in the way of the job of its folder', async (t) => {
  const { world, rootOf, with: run } = await openCut(t, ['one']);
  const [key] = Object.keys(LATE) as [string];
  const to = ['two', 'one'].flatMap((name) => ['--to', rootOf(name)]);
  (await world.run(['fetch', '--from', 'upyun://pics', ...to], { input: `${key}\n` })).expectExit(0);
  assert.match((await run('one')).expectExit(3).stderr, /give all of them/);
  const { listed, failed } = (await run('one', 'two')).expectExit(0).summary;
  assert.deepEqual([listed, failed], [ALL, 0]);
  await assertWhole([rootOf('one'), rootOf('two')]);
});

test('with --restart, and in the next pass of a finished job, more disks are taken as well', async (t) => {
  const { world, rootOf, with: run } = await openCut(t, ['one']);
  (await world.run(command(['one', 'two'].map(rootOf), '--restart'))).expectExit(0);
  await assertWhole([rootOf('one'), rootOf('two')]);
  const later: Record<string, Buffer> = { 'new/1.jpg': bytesFor('1', 50), 'new/2.jpg': bytesFor('2', 50) };
  for (const [key, bytes] of Object.entries(later)) world.bucket.put(key, bytes);
  assert.equal((await run('three', 'two', 'one')).expectExit(0).summary.stored, 2);
  await assertWhole(['one', 'two', 'three'].map(rootOf), { ...OBJECTS, ...later });
});

test('a single disk that is full ends the run, and goes on with another one', async (t) => {
  const disk = smallDisk(t, 'size=3m');
  if (disk === undefined) return;
  const objects = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`d${index % 9}/${index}.jpg`, bytesFor(`${index}`, 200_000)]),
  );
  const { folder, run } = await openWorld(t, { objects });
  const large = join(folder, 'large');
  assert.match((await run(command([disk.root], '--reserve', '0'))).expectExit(3).stderr, /ERR_NO_SPACE/);
  const rest = (await run(command([disk.root, large], '--reserve', '0'))).expectExit(0);
  assert.deepEqual([rest.summary.listed, rest.summary.failed, runsOf(rest)], [60, 0, 2]);
  const sizes = await assertWhole([disk.root, large], objects);
  assert.ok(sizes[0]! > 5 && sizes[1]! > 40, `${sizes}`);
  const marker = JSON.parse(await readFile(join(large, '.sluice', 'volume.json'), 'utf8'));
  assert.deepEqual(marker.roots, [disk.root, large]);
});
