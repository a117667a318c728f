// Counters that can be added up: of a page, of a run, of a job, and as a line of the journal.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type ErrorCode, TransferError } from '../../../src/errors.js';
import type { Outcome } from '../../../src/model/outcome.js';
import { PageProgress } from '../../../src/model/page-progress.js';
import { Tally } from '../../../src/model/tally.js';

const failedWith = (code: ErrorCode): Outcome => ({ status: 'failed', error: new TransferError(code, 'no') });

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({
    status: fc.constant('stored' as const),
    bytes: fc.nat(),
    volume: fc.nat(3),
    checkedBy: fc.constantFrom('md5' as const, 'crc32c' as const, 'size' as const, undefined),
  }),
  fc.record({ status: fc.constant('skipped' as const), bytes: fc.nat(), volume: fc.nat(3) }),
  fc.constant<Outcome>({ status: 'gone' }),
  fc.constantFrom<ErrorCode>('ERR_SERVER', 'ERR_SIZE', 'ERR_LISTING').map(failedWith),
);
const ends = fc.array(fc.tuple(outcomes, fc.option(fc.nat(), { nil: undefined })), { maxLength: 20 });

function tallyOf(some: readonly [Outcome, number | undefined][]): Tally {
  const tally = new Tally();
  for (const [outcome, listedBytes] of some) tally.settle(outcome, listedBytes);
  return tally;
}

test('each end is counted once, with its bytes', () => {
  const tally = tallyOf([
    [{ status: 'stored', bytes: 10, volume: 0 }, 11],
    [{ status: 'skipped', bytes: 20, volume: 0 }, 20],
    [{ status: 'skipped', bytes: 40, volume: -1, wouldStore: true }, 40],
    [{ status: 'gone' }, 80],
    [failedWith('ERR_SIZE'), 160],
    [failedWith('ERR_SIZE'), undefined],
  ]);
  const { stored, skipped, gone, failed, settled, bytes, skippedBytes, settledBytes, codes } = tally;
  assert.deepEqual(
    { stored, skipped, gone, failed, settled },
    { stored: 1, skipped: 2, gone: 1, failed: 2, settled: 6 },
  );
  // What a dry run would store is not there already.
  assert.deepEqual({ bytes, skippedBytes, settledBytes }, { bytes: 10, skippedBytes: 20, settledBytes: 311 });
  assert.deepEqual(codes, { ERR_SIZE: 2 });
});

test('tallies of parts, added up, are the tally of the whole', () => {
  fc.assert(
    fc.property(fc.array(ends), (parts) => {
      const sum = new Tally();
      for (const part of parts) sum.add(tallyOf(part));
      assert.deepEqual(sum, tallyOf(parts.flat()));
    }),
  );
});

test('its row in the journal gives it back, codes included', () => {
  fc.assert(
    fc.property(ends, fc.nat(), (some, excluded) => {
      const tally = tallyOf(some);
      tally.excluded = excluded;
      assert.deepEqual(Tally.fromRow(JSON.parse(JSON.stringify(tally.toRow()))), tally);
    }),
  );
});

test('what another counts is taken off, and a row of an older build has no checks', () => {
  fc.assert(
    fc.property(ends, ends, (some, others) => {
      const sum = tallyOf([...some, ...others]);
      sum.subtract(tallyOf(others));
      assert.deepEqual(sum, tallyOf(some));
    }),
  );
  assert.deepEqual(Tally.fromRow([1, 0, 0, 0, 10, 0, 10, 0]).checked, {});
  const tally = tallyOf([[{ status: 'stored', bytes: 1, volume: 0, checkedBy: 'md5' }, 1]]);
  assert.deepEqual(tally.toRow().slice(8), [{}, { md5: 1 }], 'older builds read the codes there');
});

test('a row is a copy, and what is made of it as well', () => {
  const tally = tallyOf([[failedWith('ERR_SIZE'), 1]]);
  const row = tally.toRow();
  const made = Tally.fromRow(row);
  tally.settle(failedWith('ERR_SIZE'), 1);
  assert.deepEqual([made, Tally.fromRow(row)], Array(2).fill(tallyOf([[failedWith('ERR_SIZE'), 1]])));
  made.settle(failedWith('ERR_SERVER'), 1);
  assert.deepEqual(Tally.fromRow(row).codes, { ERR_SIZE: 1 });
});

test('a page is settled when all was handed over and no batch is open, and knows the disks that hold its objects', () => {
  const page = new PageProgress(7);
  page.openBatches = 1;
  assert.equal(page.isSettled, false);
  page.isHandedOver = true;
  assert.equal(page.isSettled, false);
  page.openBatches = 0;
  assert.equal(page.isSettled, true);
  page.isHandedOver = false;
  assert.equal(page.isSettled, false);
  page.enter({ status: 'stored', bytes: 1, volume: 2 }, 1);
  page.enter({ status: 'skipped', bytes: 1, volume: 0 }, 1);
  page.enter({ status: 'skipped', bytes: 1, volume: -1 }, 1);
  page.enter({ status: 'gone' }, 1);
  assert.deepEqual([[...page.volumes], page.tally.settled], [[2, 0], 4]);
});
