// A disk that reports errors under a run, so that the system makes it read-only: what it holds stays, and nothing is lost.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { readFailures, readTree } from '../../../support/cli/tree.js';
import { failingDisk, smallDisk } from '../../../support/disks/mounts.js';

// So many folders that both disks get some of them, also of those that are left when one fails.
const OBJECTS = Object.assign(
  {},
  ...Array.from({ length: 100 }, (_, folder) => manyObjects(2, { folder: `d${folder}/` })),
) as Record<string, Buffer>;
const ALL = Object.keys(OBJECTS).length;

/** A run that has stored something on both volumes when the disk fails; `place` is that of the disk in `--to`. */
async function openJob(t: TestContext, place: 0 | 1) {
  const disk = failingDisk(t);
  // As large as the other one, so that both take their share.
  const whole = disk && smallDisk(t, 'size=32m');
  if (disk === undefined || whole === undefined) return undefined;
  const world = await openWorld(t, { objects: OBJECTS });
  const volumes = place === 0 ? [disk.root, whole.root] : [whole.root, disk.root];
  const args = ['mirror', 'upyun://pics', ...volumes.flatMap((volume) => ['--to', volume])];
  args.push('--reserve', '0', '--json', '--concurrency', '4');
  let letGo = () => {};
  const waitFor = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.server.faults.add({ match: { kind: 'get' }, action: { waitFor }, after: 120 });
  const { result } = world.start(args);
  await until('half of it', () => world.server.counters.get >= 124);
  await disk.fail();
  letGo();
  return { world, disk, volumes, result, again: () => world.run(args) };
}

async function assertWhole(volumes: readonly string[]): Promise<void> {
  const trees = await Promise.all(volumes.map(readTree));
  assert.deepEqual(trees.flatMap((tree) => [...tree.keys()]).sort(), Object.keys(OBJECTS).sort());
  for (const [key, bytes] of trees.flatMap((tree) => [...tree])) assert.ok(bytes.equals(OBJECTS[key]!), key);
}

test('the second of two disks becomes read-only: the first takes the rest, and what was not synced is not called done', async (t) => {
  const job = await openJob(t, 1);
  if (job === undefined) return;
  const { world, disk, volumes, result, again } = job;
  const ended = (await result).expectExit(3);
  assert.match(ended.stderr, /takes no more files: the file system is read-only \(EROFS/);
  assert.deepEqual([ended.summary.stored, ended.summary.failed], [ALL, 0], 'the run went on to the end');
  disk.mend();
  const rest = (await again()).expectExit(0);
  assert.deepEqual([rest.summary.listed, rest.summary.failed], [ALL, 0]);
  await assertWhole(volumes);
  assert.deepEqual(await readFailures(volumes[0]!), []);
  // What the failing disk took and did not keep.
  assert.ok(world.server.counters.get <= ALL + 120, `${world.server.counters.get} requests`);
});

test('the first disk, with the job on it, becomes read-only: the run ends with 3, and goes on once it is mended', async (t) => {
  const job = await openJob(t, 0);
  if (job === undefined) return;
  const { disk, volumes, result, again } = job;
  const ended = (await result).expectExit(3);
  assert.match(ended.stderr, /journal .* cannot be written: .*\((EROFS|EIO).*repair the disk/);
  assert.match(ended.stderr, /"code":"ERR_STATE"/);
  assert.equal(ended.summary.failed, 0);
  const still = (await again()).expectExit(3);
  assert.match(still.stderr, /the destination cannot be used: .*EROFS/);
  disk.mend();
  const rest = (await again()).expectExit(0);
  assert.deepEqual([rest.summary.listed, rest.summary.failed], [ALL, 0]);
  await assertWhole(volumes);
});
