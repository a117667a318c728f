// Reserved space on a disk: real bytes, as much as a journal needs and a small disk can spare, given up in steps.

import assert from 'node:assert/strict';
import { existsSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { withSpaceSync } from '../../../../src/lib/files/with-space.js';
import { ReservedSpace } from '../../../../src/sinks/state/reserved-space.js';
import { tempFolder } from '../../../support/disks/files.js';
import { empty, fillBytes, fillInodes } from '../../../support/disks/full-disk.js';
import { failingDisk, smallDisk } from '../../../support/disks/mounts.js';

const MIB = 1024 * 1024;
const sizesOf = ({ paths }: ReservedSpace) => paths.map((path) => (existsSync(path) ? statSync(path).size : undefined));

test('it is as large as a journal may need, in four pieces, and its bytes are real', async (t) => {
  const room = new ReservedSpace(join(tempFolder(t), 'reserve'));
  await room.refill(0);
  assert.deepEqual([room.leftBytes, room.wantedBytes, room.isTight], [4 * MIB, 4 * MIB, false]);
  await room.refill(3 * MIB);
  assert.deepEqual(sizesOf(room), Array(4).fill(2.5 * MIB));
  for (const path of room.paths) assert.ok(statSync(path).blocks * 512 >= 2.5 * MIB, 'no holes');
  room.remove();
  assert.deepEqual([room.leftBytes, sizesOf(room)], [0, Array(4).fill(undefined)]);
});

test('a small disk spares a sixteenth of it', async (t) => {
  const disk = smallDisk(t, 'size=8m');
  if (disk === undefined) return;
  const room = new ReservedSpace(join(disk.root, 'reserve'));
  await room.refill(100 * MIB);
  assert.equal(room.leftBytes, 0.5 * MIB);
});

test('it gives way by a step at first, then by a piece, and tells once that it does', async (t) => {
  const told: number[] = [];
  const room = new ReservedSpace(join(tempFolder(t), 'reserve'), (left) => told.push(left));
  await room.refill(0);
  const step = 64 * 1024;
  assert.equal(room.giveWay(1), true);
  assert.deepEqual([room.leftBytes, room.isTight, told], [4 * MIB - step, true, [4 * MIB - step]]);
  assert.equal(room.giveWay(2), true);
  assert.deepEqual(sizesOf(room), [MIB, MIB, MIB, undefined]);
  assert.deepEqual([room.giveWay(3), room.giveWay(4), room.giveWay(5), room.giveWay(6)], [true, true, true, false]);
  assert.deepEqual([room.leftBytes, told.length], [0, 1]);
  await room.refill(0);
  assert.deepEqual([room.leftBytes, room.isTight], [4 * MIB, false]);
});

test('another user leaves a piece of it, and a file on another disk gets none', async (t) => {
  const disk = smallDisk(t, 'size=8m');
  if (disk === undefined) return;
  const folder = tempFolder(t);
  const room = new ReservedSpace(join(folder, 'reserve'));
  await room.refill(0);
  assert.equal(room.giveWayFor(join(disk.root, 'file'))(2), false);
  const giveWay = room.giveWayFor(join(folder, 'file'));
  assert.deepEqual([giveWay(2), giveWay(3), giveWay(4), giveWay(5)], [true, true, true, false]);
  assert.deepEqual(sizesOf(room), [MIB, undefined, undefined, undefined]);
});

for (const kind of ['tmpfs', 'ext4']) {
  test(`${kind}: on a full disk what gives way can be written, and is set aside again when there is room`, async (t) => {
    const disk = kind === 'tmpfs' ? smallDisk(t, 'size=16m') : failingDisk(t, 16);
    if (disk === undefined) return;
    const room = new ReservedSpace(join(disk.root, 'reserve'));
    await room.refill(0);
    const all = room.leftBytes;
    const filler = fillBytes(disk.root);
    const write = (name: string) => writeFileSync(join(disk.root, name), Buffer.alloc(60_000), { flush: true });
    assert.throws(() => write('state'), { code: 'ENOSPC' });
    withSpaceSync(() => write('state'), room.giveWay);
    await room.refill(0);
    assert.ok(room.leftBytes < all && room.isTight, 'there is no room for it yet');
    empty(filler);
    await room.refill(0);
    assert.deepEqual([room.leftBytes, room.isTight], [all, false]);
  });

  test(`${kind}: where inodes are missing a whole piece goes`, async (t) => {
    const disk = kind === 'tmpfs' ? smallDisk(t, 'size=16m,nr_inodes=100') : failingDisk(t, 16);
    if (disk === undefined) return;
    const room = new ReservedSpace(join(disk.root, 'reserve'));
    await room.refill(0);
    const filler = fillInodes(disk.root);
    assert.throws(() => writeFileSync(join(disk.root, 'state'), ''), { code: 'ENOSPC' });
    assert.equal(room.giveWay(1), true);
    assert.equal(sizesOf(room).filter((size) => size === undefined).length, 1);
    writeFileSync(join(disk.root, 'state'), '');
    await room.refill(0);
    assert.equal(statfsSync(disk.root).ffree, 0, 'it takes no inode that others need');
    empty(filler);
    await room.refill(0);
    assert.equal(room.isTight, false);
  });
}

test('a disk that it cannot be made on, or that is read-only, is nothing to complain of', async (t) => {
  const nowhere = new ReservedSpace(join(tempFolder(t), 'nowhere', 'reserve'));
  await nowhere.refill(0);
  assert.equal(nowhere.giveWay(1), false);
  const disk = smallDisk(t, 'size=8m');
  if (disk === undefined) return;
  const room = new ReservedSpace(join(disk.root, 'reserve'));
  await room.refill(0);
  disk.remount('ro');
  assert.equal(room.giveWay(1), false);
  await room.refill(0);
  assert.equal(room.leftBytes, 0.5 * MIB);
});
