// What a machine holds decides how much more it takes; no server is needed to try that.

import assert from 'node:assert/strict';
import test from 'node:test';
import { HeldBatches } from '../../../../../src/queue/nats/worker/held-batches.js';
import type { OpenBatch } from '../../../../../src/queue/nats/worker/open-batches.js';
import { entriesOf } from '../../../../support/source-stub.js';

const open = (key: string, objects = 1_000): OpenBatch => ({
  content: { key, entries: entriesOf(objects), rejects: [], badLines: [] },
  opening: { atMs: 0, logBytes: {} },
  failureLines: [],
});
const fresh = { lease: undefined, isOwn: false };

test('it takes half a thousand objects ahead before its speed is known, and more when those are settled', () => {
  const held = new HeldBatches(() => 0);
  assert.equal(held.wanted, 1);
  const { batch } = held.add(open('a.0'), fresh);
  assert.deepEqual([held.openObjects, held.wanted, batch.key, batch.open], [1_000, 0, 'a.0', 1_000]);
  batch.open = 0;
  assert.deepEqual([held.openObjects, held.wanted], [0, 1]);
});

test('it takes no more while too many batches wait for their last few objects', () => {
  const held = new HeldBatches(() => 0);
  for (let index = 0; index < 512; index++) held.add(open(`p.${index}`), fresh).batch.open = 0;
  assert.deepEqual([held.size, held.openObjects, held.wanted], [512, 0, 0]);
  held.remove('p.7');
  assert.deepEqual([held.get('p.7'), held.wanted], [undefined, 1]);
});

test('a wait for less work ends when the machine leaves', async () => {
  const held = new HeldBatches(() => 0);
  held.add(open('a.0'), fresh);
  const leaving = new AbortController();
  const waiting = held.untilWanted(leaving.signal);
  leaving.abort();
  await waiting;
  assert.equal(held.wanted, 0);
});

test('a batch that an earlier run of this machine had begun counts what that run has stored as its own', () => {
  const held = new HeldBatches(() => 0);
  const { page, batch } = held.add(open('in.abc', 2), { lease: undefined, isOwn: true });
  assert.equal(batch.isInput, true);
  assert.deepEqual(page.countedAs({ status: 'skipped', bytes: 3, volume: 0 }, 3).status, 'stored');
  const other = held.add(open('a.1', 2), fresh);
  assert.equal(other.batch.isInput, false);
  assert.notEqual(other.batch.id, batch.id);
});
