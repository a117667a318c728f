// The objects of one page: what an earlier run of the job stored counts as stored, each once.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import type { Outcome } from '../../../src/model/outcome.js';
import { PageProgress } from '../../../src/model/page-progress.js';
import { Tally } from '../../../src/model/tally.js';

const SKIPPED: Outcome = { status: 'skipped', bytes: 10, volume: 1 };
const STORED: Outcome = { status: 'stored', bytes: 10, volume: 0, md5: 'x' };
const FAILED: Outcome = { status: 'failed', error: new TransferError('ERR_SERVER', 'no') };

function earlierOf(stored: number, more: Partial<Tally> = {}): Tally {
  return Object.assign(new Tally(), { stored, bytes: stored * 10, settledBytes: stored * 10, ...more });
}

function enter(page: PageProgress, outcome: Outcome): string {
  const counted = page.countedAs(outcome, 10);
  page.enter(counted, 10);
  return counted.status;
}

test('a page that is new counts what happens to its objects, as it is', () => {
  const page = new PageProgress(1);
  assert.deepEqual(
    [STORED, SKIPPED, FAILED].map((outcome) => enter(page, outcome)),
    ['stored', 'skipped', 'failed'],
  );
  assert.deepEqual(page.known, page.tally);
  assert.deepEqual([...page.volumes], [0, 1]);
});

test('of a page that is listed again, as many are stored as were stored before; only then the others are skipped', () => {
  const page = new PageProgress(1, {
    isAgain: true,
    earlier: earlierOf(2, { skipped: 5, failed: 1, codes: { X: 1 } }),
  });
  assert.deepEqual([page.known.stored, page.known.settled, page.known.bytes], [2, 2, 20], 'the others are repeated');
  assert.equal(enter(page, SKIPPED), 'stored');
  assert.deepEqual([page.tally.stored, page.known.stored, page.known.bytes], [1, 2, 20]);
  assert.equal(enter(page, STORED), 'stored');
  assert.deepEqual([page.tally.stored, page.known.stored, page.known.bytes], [2, 3, 30]);
  assert.deepEqual([enter(page, SKIPPED), enter(page, SKIPPED), enter(page, FAILED)], ['stored', 'skipped', 'failed']);
  assert.deepEqual(page.known, page.tally, 'all that were stored before have been seen');
  assert.deepEqual([page.tally.stored, page.tally.bytes, page.tally.skipped], [3, 30, 1]);
});

test('those that were stored before keep what they were checked by, as many as were noted', () => {
  const checked = { md5: 1, size: 1 };
  const page = new PageProgress(1, { isAgain: true, isOwn: true, earlier: earlierOf(2, { checked }) });
  assert.deepEqual(page.known.checked, { md5: 1, size: 1 });
  enter(page, SKIPPED);
  assert.deepEqual(page.known.checked, { md5: 1, size: 1 });
  enter(page, SKIPPED);
  enter(page, SKIPPED);
  assert.deepEqual([page.tally.stored, page.tally.checked], [3, { md5: 1, size: 1 }]);
  assert.deepEqual(checked, { md5: 1, size: 1 }, 'a copy is counted down');
});

test('objects that grew or shrank since then leave no bytes behind', () => {
  const page = new PageProgress(1, { isAgain: true, earlier: earlierOf(1, { bytes: 99, settledBytes: 1 }) });
  enter(page, SKIPPED);
  assert.deepEqual(page.known, page.tally);
  assert.deepEqual([page.tally.bytes, page.tally.settledBytes], [10, 10]);
});
