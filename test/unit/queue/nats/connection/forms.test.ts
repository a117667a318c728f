// What an entry of a table may say: all that a machine may write, however large its sums are.

import assert from 'node:assert/strict';
import test from 'node:test';
import { MAX_OBJECT_BYTES } from '../../../../../src/model/entry.js';
import { Tally } from '../../../../../src/model/tally.js';
import { isDone, isListed, isWorker } from '../../../../../src/queue/nats/connection/forms.js';

/** Of a page with as many of the largest objects as it can have. */
const SUM = MAX_OBJECT_BYTES * 10_000;

test('sums of sizes beyond what a number holds exactly are as good as any', () => {
  assert.ok(SUM > Number.MAX_SAFE_INTEGER);
  assert.ok(isListed({ p: 1, d: 0, n: 0, f: 1, o: 10_000, b: SUM }));
  const tally = new Tally();
  for (let count = 0; count < 1_000; count++)
    tally.settle({ status: 'skipped', bytes: MAX_OBJECT_BYTES, volume: 0 }, MAX_OBJECT_BYTES);
  tally.settle({ status: 'stored', bytes: 1, volume: 0, checkedBy: 'crc32c' }, 1);
  assert.ok(isDone(JSON.parse(JSON.stringify({ w: 'one', t: tally.toRow() }))));
});

test('a disk that says that nearly everything is free is a disk', () => {
  const worker = { host: 'h', pid: 1, role: 'both', startedAt: 'x', state: 'working', openParts: 0 };
  const volumes = [{ path: '/data', freeBytes: 2 ** 64, state: 'in' }];
  assert.ok(isWorker({ ...worker, objectsPerSecond: 0, bytesPerSecond: 0, volumes }));
});

test('what is no number, below nothing, or beyond all measure, is none', () => {
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, '1', null]) {
    assert.ok(!isListed({ p: 1, d: 0, n: 0, f: 1, o: 1, b: value }), String(value));
    assert.ok(!isDone({ w: 'one', t: [1, 0, 0, 0, value, 0, 0, 0] }), String(value));
    assert.ok(!isDone({ w: 'one', t: [1, 0, 0, 0, 0, 0, 0, 0, {}, { md5: value }] }), String(value));
  }
});
