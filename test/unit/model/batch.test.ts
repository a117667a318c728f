// Batches: at most so many lines in each, nothing lost, and every line of a page in one of them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { BATCH_ENTRIES, counter, cutBadLines, cutPage, isResult } from '../../../src/model/batch.js';
import { deliveryOf } from '../../support/batches.js';
import { entriesOf } from '../../support/source-stub.js';

const error = new TransferError('ERR_UNSAFE_KEY', 'x');

test('no batch holds more than it may, whatever the page holds: entries, rejects, all together', () => {
  const entries = entriesOf(2_500);
  const rejects = entriesOf(2_500, 'r').map((entry) => ({ entry, error, kind: 'name' as const }));
  const cut = [...cutPage({ entries, rejects }, counter())];
  assert.deepEqual(
    cut.flatMap((batch) => batch.entries),
    entries,
  );
  assert.deepEqual(
    cut.flatMap((batch) => batch.rejects),
    rejects,
  );
  for (const batch of cut) {
    const lines = batch.entries.length + batch.rejects.length + batch.badLines.length;
    assert.ok(lines > 0 && lines <= BATCH_ENTRIES, `${lines} lines in a batch`);
  }
  assert.deepEqual([...cutPage({ entries: [], rejects: [] }, counter())], []);
});

test('bad lines are cut like all others, and batches are numbered on', () => {
  const lines = Array.from({ length: 2_500 }, (_, index) => ({ text: `${index}`, reason: 'x' }));
  const nextId = counter();
  const cut = [...cutBadLines(lines, nextId), ...cutBadLines([], nextId), ...cutBadLines(lines.slice(0, 1), nextId)];
  assert.deepEqual(
    cut.map(({ id, badLines }) => [id, badLines.length]),
    [
      [1, 1_000],
      [2, 1_000],
      [3, 500],
      [4, 1],
    ],
  );
  assert.deepEqual(
    cut.slice(0, 3).flatMap(({ badLines }) => badLines),
    lines,
  );
});

test('a result is told from a delivery', () => {
  const delivery = deliveryOf({ key: 'a' });
  assert.equal(isResult(delivery), false);
  for (const result of [
    { delivery, outcome: { status: 'gone' } },
    { delivery, error },
    { delivery, isNotTaken: true },
  ]) {
    assert.equal(isResult(result), true);
  }
});
