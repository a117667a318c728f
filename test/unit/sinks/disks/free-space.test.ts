// The account of a disk's space: what is on its way counts as used, the reserve stays free, and a full disk returns late.

import assert from 'node:assert/strict';
import test from 'node:test';
import { FreeSpace, type Reserve } from '../../../../src/sinks/disks/free-space.js';
import type { Space } from '../../../../src/sinks/disks/space.js';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

function roomOf(space: Partial<Space>, reserve?: Reserve): FreeSpace {
  const room = new FreeSpace(reserve);
  room.report({ bytesFree: GIB, bytesTotal: 10 * GIB, filesFree: 1_000, filesTotal: 1_000, type: 0, ...space });
  return room;
}

test('without --reserve the smaller of 1 GiB and 1 % stays free', () => {
  assert.equal(roomOf({ bytesTotal: 10 * GIB }).bytesBeyondReserve, GIB - 0.1 * GIB);
  assert.equal(roomOf({ bytesFree: 3 * GIB, bytesTotal: 1_000 * GIB }).bytesBeyondReserve, 2 * GIB);
});

test('a reserve is a size or a share, and 0 keeps nothing', () => {
  assert.equal(roomOf({}, { bytes: 100 * MIB }).bytesBeyondReserve, GIB - 100 * MIB);
  assert.equal(roomOf({}, { share: 0.05 }).bytesBeyondReserve, 0.5 * GIB);
  const none = roomOf({}, { bytes: 0 });
  assert.deepEqual([none.fits(GIB), none.fits(GIB + 1)], [true, false]);
});

test('what is owed to somebody else is not free for files, and a full disk returns only beyond it', () => {
  let owedBytes = 0;
  const room = new FreeSpace({ bytes: 0 }, () => owedBytes);
  room.report({ bytesFree: 2 * MIB, bytesTotal: 100 * MIB, filesFree: 1_000, filesTotal: 1_000, type: 0 });
  assert.deepEqual([room.fits(2 * MIB), room.hasRecovered()], [true, true]);
  owedBytes = 1.5 * MIB;
  assert.deepEqual([room.fits(MIB), room.fits(0.5 * MIB), room.hasRecovered()], [false, true, false]);
});

test('what is on its way is not free any more, in whole blocks', () => {
  const room = roomOf({ bytesFree: 3 * 4096 }, { bytes: 0 });
  room.begin(1);
  room.begin(4097);
  assert.deepEqual([room.fits(0), room.fits(1)], [true, false]);
  room.end(4097, { isStored: false, isCounted: false });
  assert.equal(room.bytesBeyondReserve, 2 * 4096);
});

test('what was stored since the last report is counted once', () => {
  const room = roomOf({ bytesFree: 10 * 4096, filesFree: 500 }, { bytes: 0 });
  room.begin(4096);
  room.end(4096, { isStored: true, isCounted: false });
  assert.deepEqual([room.bytesBeyondReserve, room.space?.filesFree], [9 * 4096, 499]);
  room.begin(4096);
  room.report({ ...room.space!, bytesFree: 8 * 4096, filesFree: 498 });
  room.end(4096, { isStored: true, isCounted: true });
  assert.deepEqual([room.bytesBeyondReserve, room.space?.filesFree], [8 * 4096, 498]);
});

test('1 % of the inodes stays free, and a file system that counts none has enough', () => {
  assert.equal(roomOf({ filesFree: 10 }).fits(0), true);
  const short = roomOf({ filesFree: 9 });
  assert.equal(short.fits(0), false);
  assert.match(short.describe(), /9 inodes/);
  assert.equal(roomOf({ filesFree: 0, filesTotal: 0 }).fits(0), true);
  const busy = roomOf({ filesFree: 11 });
  busy.begin(0);
  busy.begin(0);
  assert.equal(busy.fits(0), false);
});

test('a full disk returns only with more than it needs', () => {
  const reserve = { bytes: 100 * MIB };
  assert.equal(roomOf({ bytesFree: 100 * MIB + 1 }, reserve).fits(1), true);
  assert.equal(roomOf({ bytesFree: 100 * MIB + 1 }, reserve).hasRecovered(), false);
  assert.equal(roomOf({ bytesFree: 164 * MIB }, reserve).hasRecovered(), true);
  const files = { bytesFree: GIB, filesTotal: 1_000_000 };
  assert.equal(roomOf({ ...files, filesFree: 10_000 }).hasRecovered(), false);
  assert.equal(roomOf({ ...files, filesFree: 10_100 }).hasRecovered(), true);
});

test('before the first report everything fits: the disk itself will say', () => {
  assert.deepEqual([new FreeSpace({ bytes: GIB }).fits(GIB), new FreeSpace(undefined).hasRecovered()], [true, true]);
});

test('it says what of the free bytes is promised already, and names small sizes as such', () => {
  const room = roomOf({ bytesFree: 2 * MIB, bytesTotal: 4 * MIB }, { bytes: 30_000 });
  assert.equal(room.describe(), '2.0 MiB are free, 30 KiB are kept free');
  room.begin(1.5 * MIB);
  assert.equal(
    room.describe(),
    '2.0 MiB are free (1.5 MiB of them promised to what is on its way), 30 KiB are kept free',
  );
});
