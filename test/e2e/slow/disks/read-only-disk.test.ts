// A disk of a copy that is mounted read-only when a run begins: what lies there counts, and the others take the rest.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { manyObjects, takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { journalIn, killWhen } from '../../../support/cli/jobs.js';
import { readTree } from '../../../support/cli/tree.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const OBJECTS = Object.assign(
  {},
  ...Array.from({ length: 60 }, (_, folder) => manyObjects(2, { folder: `d${folder}/` })),
) as Record<string, Buffer>;
const ALL = Object.keys(OBJECTS).length;

/** A job on two disks that was killed on its way, and now one of them is read-only. */
async function openCut(t: TestContext, frozen: 0 | 1) {
  const disks = [smallDisk(t, 'size=32m'), smallDisk(t, 'size=32m')];
  const [first, second] = disks;
  if (first === undefined || second === undefined) return undefined;
  const world = await openWorld(t, { objects: OBJECTS });
  const roots = [first.root, second.root];
  const args = roots.flatMap((root) => ['--to', root]);
  const held = world.server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 60 });
  const running = world.start(['mirror', 'upyun://pics', ...args, '--json', '--concurrency', '4']);
  await killWhen(running, journalIn(roots[0]!), ({ knownTotals }) => knownTotals.stored === 60);
  world.server.faults.remove(held);
  takeFetched(world.server);
  disks[frozen]!.remount('ro');
  const run = (command: string, ...more: string[]) => world.run([command, 'upyun://pics', ...args, '--json', ...more]);
  return { world, roots, args, run, disk: disks[frozen]! };
}

async function assertWhole(roots: readonly string[], expected = OBJECTS): Promise<number[]> {
  const trees = await Promise.all(roots.map(readTree));
  assert.deepEqual(trees.flatMap((tree) => [...tree.keys()]).sort(), Object.keys(expected).sort());
  for (const [key, bytes] of trees.flatMap((tree) => [...tree])) assert.ok(bytes.equals(expected[key]!), key);
  return trees.map(({ size }) => size);
}

test('a job goes on although its second disk is read-only, and uses it again once it is not', async (t) => {
  const job = await openCut(t, 1);
  if (job === undefined) return;
  const { world, roots, args, run, disk } = job;
  const before = (await readTree(disk.root)).size;
  assert.ok(before > 0);
  const rest = (await run('mirror')).expectExit(0);
  assert.match(rest.stderr, /takes no more files: its file system is mounted read-only/);
  assert.deepEqual([rest.summary.listed, rest.summary.stored, rest.summary.failed], [ALL, ALL, 0]);
  assert.deepEqual(await assertWhole(roots), [ALL - before, before]);
  assert.ok(takeFetched(world.server).length <= ALL - 60, 'nothing is fetched twice');
  (await run('verify', '--checksum', '--extra')).expectExit(0);
  const { stdout } = (await world.run(['status', '--to', roots[0]!])).expectExit(0);
  assert.match(stdout, /mounted read-only/);

  const third = join(world.folder, 'third');
  await mkdir(third);
  (await run('mirror', '--to', third)).expectExit(0);
  // What lies there has a newer version, which another disk takes.
  const [key] = [...(await readTree(disk.root)).keys()];
  world.bucket.put(key!, { body: 'a newer one', mtimeSeconds: 1_600_000_000 });
  const fetched = await world.run(['fetch', '--from', 'upyun://pics', ...args, '--to', third, '--json'], {
    input: key,
  });
  assert.deepEqual(fetched.expectExit(0).summary.stored, 1);
  assert.equal((await readTree(disk.root)).size, before);

  disk.remount('rw');
  const again = (await run('mirror', '--to', third)).expectExit(0);
  assert.doesNotMatch(again.stderr, /read-only/);
  assert.equal(again.summary.skipped, ALL);
  await assertWhole([...roots, third], { ...OBJECTS, [key!]: Buffer.from('a newer one') });
});

test('the first disk keeps the state: read-only it ends the run with 3 and the reason', async (t) => {
  const job = await openCut(t, 0);
  if (job === undefined) return;
  const { roots, run, disk } = job;
  const refused = (await run('mirror')).expectExit(3);
  assert.match(refused.stderr, /the destination cannot be used: .*EROFS/);
  disk.remount('rw');
  (await run('mirror')).expectExit(0);
  await assertWhole(roots);
});

test('a read-only disk that holds nothing of a copy is a wrong --to', async (t) => {
  const disk = smallDisk(t, 'size=1m,ro');
  if (disk === undefined) return;
  const { mirror, run } = await openWorld(t, { objects: OBJECTS });
  const refused = (await mirror('--to', disk.root)).expectExit(2);
  assert.match(refused.stderr, new RegExp(`the file system of ${disk.root} is read-only`));
  (await run(['mirror', 'upyun://pics', '--to', join(disk.root, 'new'), '--dry-run'])).expectExit(0);
});
