// What a disk keeps of a time, as a comparison has to see it.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { KeptTimes } from '../../../../src/sinks/state/kept-times.js';

const FAT = new KeptTimes({ stepMs: 2_000, minMs: Date.UTC(1980, 0, 1), maxMs: Date.UTC(2107, 11, 31) });
const EXT4 = new KeptTimes({ minMs: -2_147_483_648_000, maxMs: 15_032_385_535_000 });
const ALL = new KeptTimes();
const anyMs = fc.integer({ min: -8.64e15, max: 8.64e15 });

test('a time becomes the step below it, within what the disk has', () => {
  const at = Date.UTC(2017, 8, 3, 12, 50, 6);
  for (const ms of [0, 1, 999, 1_000, 1_999]) assert.equal(FAT.keep(at + ms), at);
  assert.equal(FAT.keep(at + 2_000), at + 2_000);
  assert.equal(FAT.keep(Date.UTC(1970, 0, 1)), Date.UTC(1980, 0, 1));
  assert.equal(EXT4.keep(253_402_300_800_000), 15_032_385_535_000);
  assert.equal(EXT4.keep(-62_135_596_800_000), -2_147_483_648_000);
});

test('no object is newer than the file that it was stored in, and the file is none the older for what was lost', () => {
  fc.assert(
    fc.property(fc.constantFrom(FAT, EXT4, ALL), anyMs, (times, ms) => {
      assert.equal(times.isOlder(times.keep(ms), ms), false);
      assert.equal(times.keep(times.keep(ms)), times.keep(ms));
      assert.ok(times.isTimeOf(Math.floor(times.keep(ms) / 1_000) >>> 0, times.keep(ms)));
      // As an earlier build wrote it down.
      assert.ok(times.isTimeOf(Math.floor(ms / 1_000) >>> 0, times.keep(ms)));
    }),
    { numRuns: 2_000 },
  );
});

test('an object that is newer by more than a step is', () => {
  const at = Date.UTC(2017, 8, 3, 12, 50, 6);
  assert.equal(FAT.isOlder(at, at + 1_999), false);
  assert.equal(FAT.isOlder(at, at + 2_000), true);
  assert.equal(ALL.isOlder(at, at + 1), true);
  assert.equal(ALL.isOlder(at - 0.001, at), false);
  assert.equal(EXT4.isOlder(at, 253_402_300_800_000), true);
});

test('a digest of another version is not one of this file', () => {
  const at = Date.UTC(2017, 8, 3, 12, 50, 6);
  for (const times of [FAT, EXT4, ALL]) {
    for (const apart of [-60, -3, 3, 60, 2 ** 31]) assert.equal(times.isTimeOf((at / 1_000 + apart) >>> 0, at), false);
  }
});
