// Machines whose disks take several names for one: a batch that goes from one to the other overwrites nothing on either.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { until } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { oddDisk } from '../../../support/disks/odd-disks.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const NAMES = ['Photo.jpg', 'photo.jpg', 'PHOTO.jpg', 'pHoTo.JPG'];
const FOLDERS = ['Aa', 'aA', 'AA', ...Array.from({ length: 20 }, (_, number) => `f${number}`)];

/** Each content is its key, and all are of one size. */
const OBJECTS = Object.fromEntries(
  FOLDERS.flatMap((folder) => NAMES.map((name) => [`${folder}/${name}`, `${folder}/${name}`.padEnd(16)])),
);

test('two machines with disks that fold names, one killed on the way, keep every object once', {
  skip: skipWithoutNats(),
}, async (t) => {
  const disks = [oddDisk(t, 'ntfs'), oddDisk(t, 'ntfs')];
  if (disks.includes(undefined)) return;
  const roots = disks.map((disk) => disk!.root);
  const world = await openSharedWorld(t, { objects: OBJECTS });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
  const start = (machine: number) =>
    world.start([
      'mirror',
      'upyun://pics',
      '--to',
      roots[machine]!,
      '--queue',
      world.nats.url,
      '--json',
      '--lease',
      '2s',
      '--concurrency',
      '2',
    ]);
  const killed = start(0);
  await until('the first files', () => filesIn(roots[0]!).length >= 12);
  killed.child.kill('SIGKILL');
  await killed.result;
  const other = start(1);
  await until('files of the other', () => filesIn(roots[1]!).length >= 12);
  const again = start(0);
  for (const { result } of [other, again]) (await result).expectExit(0);
  const contents = roots.flatMap((root) => filesIn(root).map((path) => readFileSync(join(root, path), 'utf8').trim()));
  assert.deepEqual(contents.sort(), Object.keys(OBJECTS).sort());
});

function filesIn(root: string): string[] {
  const folders = readdirSync(root).filter((name) => name !== '.sluice');
  return folders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)));
}
