// The account of a disk's space: what is on its way counts as used, the reserve stays free, and a full disk returns late.

import assert from 'node:assert/strict';
import test from 'node:test';
import { FreeSpace, type Reserve } from '../../../../src/sinks/disks/free-space.js';
import type { Space } from '../../../../src/sinks/disks/space.js';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

function roomOf(space: Partial<Space>, reserve?: Reserve): FreeSpace {
  const freeSpace = new FreeSpace(reserve);
  freeSpace.report({ bytesFree: GIB, bytesTotal: 10 * GIB, filesFree: 1_000, filesTotal: 1_000, type: 0, ...space });
  return freeSpace;
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
  const freeSpace = new FreeSpace({ bytes: 0 }, () => owedBytes);
  freeSpace.report({ bytesFree: 2 * MIB, bytesTotal: 100 * MIB, filesFree: 1_000, filesTotal: 1_000, type: 0 });
  assert.deepEqual([freeSpace.fits(2 * MIB), freeSpace.hasRecovered()], [true, true]);
  owedBytes = 1.5 * MIB;
  assert.deepEqual([freeSpace.fits(MIB), freeSpace.fits(0.5 * MIB), freeSpace.hasRecovered()], [false, true, false]);
});

test('what is on its way is not free any more, in whole blocks', () => {
  const freeSpace = roomOf({ bytesFree: 3 * 4096 }, { bytes: 0 });
  freeSpace.begin(1);
  freeSpace.begin(4097);
  assert.deepEqual([freeSpace.fits(0), freeSpace.fits(1)], [true, false]);
  freeSpace.end(4097, { isStored: false, isCounted: false });
  assert.equal(freeSpace.bytesBeyondReserve, 2 * 4096);
});

test('what was stored since the last report is counted once', () => {
  const freeSpace = roomOf({ bytesFree: 10 * 4096, filesFree: 500 }, { bytes: 0 });
  freeSpace.begin(4096);
  freeSpace.end(4096, { isStored: true, isCounted: false });
  assert.deepEqual([freeSpace.bytesBeyondReserve, freeSpace.space?.filesFree], [9 * 4096, 499]);
  freeSpace.begin(4096);
  freeSpace.report({ ...freeSpace.space!, bytesFree: 8 * 4096, filesFree: 498 });
  freeSpace.end(4096, { isStored: true, isCounted: true });
  assert.deepEqual([freeSpace.bytesBeyondReserve, freeSpace.space?.filesFree], [8 * 4096, 498]);
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
  const freeSpace = roomOf({ bytesFree: 2 * MIB, bytesTotal: 4 * MIB }, { bytes: 30_000 });
  assert.equal(freeSpace.describe(), '2.1 MB free, of which Sluice keeps 30.0 kB (--reserve)');
  freeSpace.begin(1.5 * MIB);
  assert.equal(
    freeSpace.describe(),
    '2.1 MB free (1.6 MB of it promised to objects on their way), of which Sluice keeps 30.0 kB (--reserve)',
  );
});
