// What a disk has answered, as lines: the answers that no disk at hand gives.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { DiskReport } from '../../../../src/jobs/doctor/disks/ask-disk.js';
import { checksOfDisk } from '../../../../src/jobs/doctor/disks/disk-checks.js';
import type { DiskParts } from '../../../../src/jobs/doctor/disks/disk-facts.js';

const GIGABYTE = 1e9;

const WELL: DiskParts = {
  place: {
    base: '/d',
    isThere: true,
    refusal: undefined,
    why: undefined,
    scratch: '/d/x',
    device: 1,
    mount: { point: '/d', type: 'xfs', source: '/dev/sda1' },
  },
  state: { marker: undefined, refusal: undefined, holder: undefined, doneBytes: 0 },
  space: { bytesFree: 50 * GIGABYTE, bytesTotal: 100 * GIGABYTE, filesFree: 1e6, filesTotal: 2e6, type: 0 },
  names: {},
  times: {},
  sync: { fsyncMs: 2, syncfsMs: 10, syncfsProblem: undefined },
};

function oddOf(parts: Partial<DiskParts>, report: Partial<DiskReport> = {}): string[] {
  const seen = { parts: { ...WELL, ...parts }, errors: {}, missing: undefined, isStuck: false, ...report };
  return checksOfDisk('/d', seen, { reserve: undefined, limitMs: 30_000 })
    .filter(({ level }) => level !== 'ok')
    .map(({ check, level, message, advice }) => {
      assert.ok(advice, message);
      return `${level} ${check}`;
    });
}

function mounted(type: string): Partial<DiskParts> {
  return { place: { ...WELL.place, mount: { point: '/d', type, source: 'x' } } };
}

test('a disk that is well has nothing odd, also on the network, of another system, or unknown', () => {
  assert.deepEqual(oddOf({}), []);
  for (const type of ['ext4', 'nfs4', 'cifs', 'fuseblk', 'fuse.sshfs', 'orangefs'])
    assert.deepEqual(oddOf(mounted(type)), []);
});

test('files that do not outlive the machine or the container are a warning', () => {
  assert.deepEqual(oddOf(mounted('tmpfs')), ['warning disk-type']);
  assert.deepEqual(oddOf(mounted('overlay')), ['warning disk-type']);
});

test('space: what is reserved does not count, and neither do inodes that are not counted', () => {
  const { space } = WELL;
  assert.deepEqual(oddOf({ space: { ...space, bytesFree: GIGABYTE / 2 } }), ['problem disk-space']);
  assert.deepEqual(oddOf({ space: { ...space, filesFree: 1_000 } }), ['problem disk-space']);
  assert.deepEqual(oddOf({ space: { ...space, filesFree: 0, filesTotal: 0 } }), []);
});

test('names, times and flushes', () => {
  assert.deepEqual(oddOf({ names: { nameBytes: 143 } }), ['warning disk-names']);
  assert.deepEqual(oddOf({ times: { stepMs: 2_000, maxMs: 4_354_646_400_000 } }), []);
  assert.deepEqual(oddOf({ times: { maxMs: 1_000_000_000_000 } }), ['warning disk-times']);
  assert.deepEqual(oddOf({ sync: { fsyncMs: 900, syncfsMs: 10, syncfsProblem: undefined } }), ['warning disk-sync']);
  assert.deepEqual(oddOf({ sync: { fsyncMs: 1, syncfsMs: undefined, syncfsProblem: 'invalid option' } }), [
    'warning disk-sync',
  ]);
});

test('what hangs is named, with what may be left', () => {
  const { sync: _, ...parts } = WELL;
  const report: DiskReport = { parts, errors: {}, missing: 'sync', isStuck: true };
  const [last] = checksOfDisk('/d', report, { reserve: undefined, limitMs: 30_000 }).slice(-1);
  assert.deepEqual([last!.check, last!.level], ['disk-sync', 'problem']);
  assert.match(last!.message, /took more than 30 s/);
  assert.match(last!.advice!, /remove \/d\/x if it is still there/);
});
