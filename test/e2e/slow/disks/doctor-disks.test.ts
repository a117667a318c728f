// `doctor` and real disks: full, read-only, in memory, folding, from other systems, and one that hangs.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { checkup, everythingBelow } from '../../../support/cli/checkup.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { empty, fillBytes, fillInodes } from '../../../support/disks/full-disk.js';
import { smallDisk } from '../../../support/disks/mounts.js';
import { oddDisk } from '../../../support/disks/odd-disks.js';

const SOURCE = 'upyun://pics';

test('a disk that is too small for SOURCE, full, without inodes, and read-only', async (t) => {
  const disk = smallDisk(t, 'size=8m,nr_inodes=200');
  if (disk === undefined) return;
  const { root } = disk;
  const world = await openWorld(t, { objects: manyObjects(30, { size: 10_000 }) });
  const args = [SOURCE, '--to', root];
  const well = await checkup(world, args);
  assert.deepEqual(well.odd, ['warning disk-type']);
  assert.match(well.the('disk-type').message, /file system tmpfs: it lies in the memory/);
  assert.match(well.the('space').message, /8\.3 MB can be used, 300 kB of SOURCE are left/);
  assert.deepEqual((await checkup(world, [...args, '--reserve', '8200000'])).odd, [
    'warning disk-type',
    'problem space',
  ]);
  assert.deepEqual(everythingBelow(root), []);

  const file = fillBytes(root);
  const before = everythingBelow(root);
  const full = await checkup(world, args);
  assert.deepEqual(
    full.odd.filter((one) => one.startsWith('problem')),
    ['problem disk-space', 'problem space']
      .concat(full.odd.includes('problem disk-sync') ? ['problem disk-sync'] : [])
      .sort(),
  );
  assert.deepEqual(everythingBelow(root), before);
  empty(file);
  const folder = fillInodes(root);
  const used = await checkup(world, args);
  assert.match(used.the('disk-place').message, /not even a small file can be stored there/);
  assert.match(used.the('disk-space').message, /at most 0 more files/);
  empty(folder);

  (await world.run(['mirror', ...args])).expectExit(0);
  disk.remount('ro');
  const frozen = await checkup(world, args);
  assert.deepEqual(frozen.the('disk-place').data!.refusal, 'read-only');
  assert.match(frozen.the('disk-place').message, /mounted read-only; the files of the copy that lie there still count/);
  assert.match(frozen.the('disk-place').advice!, /remount,rw/);
});

test('few inodes are told before the copy, from the mean size of what is listed', async (t) => {
  const disk = smallDisk(t, 'size=64m,nr_inodes=100');
  if (disk === undefined) return;
  const world = await openWorld(t, { objects: manyObjects(300) });
  const { the } = await checkup(world, [SOURCE, '--to', disk.root]);
  assert.equal(the('space').level, 'warning');
  assert.match(the('space').message, /needs about 300 files, and the disks can take only 9\d more/);
});

test('NTFS takes upper and lower case for the same', async (t) => {
  const disk = oddDisk(t, 'ntfs');
  if (disk === undefined) return;
  const { root } = disk;
  const world = await openWorld(t);
  const before = everythingBelow(root);
  const { the } = await checkup(world, ['--to', join(root, 'new')]);
  assert.match(the('disk-type').message, /file system fuse(blk)?: /);
  assert.equal(the('disk-names').level, 'warning');
  assert.match(the('disk-names').message, /it takes upper and lower case for the same/);
  assert.deepEqual(everythingBelow(root), before);
});

test('exFAT refuses characters, too, and keeps whole seconds', async (t) => {
  const disk = oddDisk(t, 'exfat');
  if (disk === undefined) return;
  const world = await openWorld(t);
  const { the } = await checkup(world, ['--to', disk.root]);
  assert.match(the('disk-names').message, /upper and lower case for the same, it refuses some characters/);
  assert.match(the('disk-times').message, /are kept to [12] s/);
});

test('a disk that hangs does not hang the doctor', async (t) => {
  const disk = oddDisk(t, 'ntfs');
  if (disk === undefined) return;
  const { root } = disk;
  const world = await openWorld(t);
  mkdirSync(join(root, 'a'));
  // The program that serves this disk, and no other.
  const [pid] = execFileSync('pgrep', ['-f', `lowntfs-3g.*${root}$`])
    .toString()
    .split('\n');
  const signal = (name: NodeJS.Signals) => process.kill(Number(pid), name);
  signal('SIGSTOP');
  try {
    const { stdout, stderr } = await world.run(['doctor', '--to', join(root, 'a'), '--timeout', '2s', '--json']);
    assert.equal(stderr, '');
    const { checks } = JSON.parse(stdout) as { checks: { check: string; level: string; message: string }[] };
    const last = checks.at(-1)!;
    assert.equal(last.level, 'problem', stdout);
    assert.match(last.message, /the disk has not answered within 2 s/);
  } finally {
    signal('SIGCONT');
  }
});
