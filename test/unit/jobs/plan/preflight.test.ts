// Warnings before and during a run: each comes when it should, once, and not otherwise.

import assert from 'node:assert/strict';
import test from 'node:test';
import { createFolderWatch, inodeWarnings } from '../../../../src/jobs/plan/preflight.js';
import { readSpace, type Space } from '../../../../src/sinks/disks/space.js';

const GB = 1e9;
const SPACE: Space = {
  bytesFree: 100 * GB,
  bytesTotal: 200 * GB,
  filesFree: 10_000_000,
  filesTotal: 20_000_000,
  type: 0xef53,
};

test('warns of inodes that run out before the bytes, and not where they are not counted', () => {
  assert.deepEqual(inodeWarnings(['/a'], [SPACE]), []);
  assert.deepEqual(inodeWarnings(['/a'], [{ ...SPACE, filesFree: 0, filesTotal: 0 }]), []);
  const [warning, ...others] = inodeWarnings(['/a', '/b'], [SPACE, { ...SPACE, filesFree: 1_000_000 }]);
  assert.match(warning!, /^\/b has 100 GB free, but only 1,000,000 free inodes.*less than 100 kB/);
  assert.deepEqual(others, []);
});

test('warns once of a folder with more names than ext4 takes, wherever the page ends that brings them', () => {
  const warnings: string[] = [];
  const watch = createFolderWatch({
    roots: ['/a', '/b'],
    spaces: [SPACE, { ...SPACE, type: 1 }],
    warn: (text) => warnings.push(text),
    limitNames: 100,
  });
  for (const rows of [40, 80, 120, 160]) watch({ scope: 'big', rows }, 40);
  for (const rows of [50, 100, 150]) watch({ scope: 'exact', rows }, 50);
  watch({ scope: 'small', rows: 99 }, 99);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]!, /"big".*format \/a with/);
  assert.doesNotMatch(warnings[0]!, /\/b/);
  const elsewhere = createFolderWatch({
    roots: ['/b'],
    spaces: [{ ...SPACE, type: 1 }],
    warn: assert.fail,
    limitNames: 100,
  });
  elsewhere({ scope: 'big', rows: 1_000 }, 1_000);
});

test('reads the type of a file system that is there', () => {
  assert.ok(readSpace('/').type > 0);
});
