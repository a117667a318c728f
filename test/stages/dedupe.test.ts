// The dedupe stage with a real volume: what is there is skipped, and the disk is never asked for more than a little ahead.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../src/errors.js';
import { type Delivery, isResult, type Result } from '../../src/model/part.js';
import { createDedupe } from '../../src/stages/dedupe.js';
import type { Volume } from '../../src/volume/volume.js';
import { tempVolume } from '../support/files.js';
import { deliveryOf } from '../support/parts.js';
import { slowDisk } from '../support/slow-disk.js';
import { entriesOf, ownBytes } from '../support/source-stub.js';
import { run } from '../support/stages.js';
import { counted, stuckSink, through } from '../support/streams.js';
import { rejection, turns, until } from '../support/waiting.js';

type Batch = (Delivery | Result)[];

const describe = (item: Delivery | Result) => {
  if (!isResult(item)) return `${item.entry.key} open`;
  return `${item.delivery.entry.key} ${'outcome' in item ? item.outcome.status : 'error' in item ? item.error.code : 'withdrawn'}`;
};

test('skips what is there with the listed size and time, and nothing else', async (t) => {
  const volume = await tempVolume(t);
  const stored = { key: 'there', size: 5, mtimeMs: 1_000_000 };
  await volume.store({ path: 'there', mtimeMs: stored.mtimeMs }, ownBytes('hello'));
  const batch: Batch = [
    deliveryOf(stored),
    deliveryOf({ ...stored, size: 6 }),
    deliveryOf({ ...stored, mtimeMs: 2_000_000 }),
    deliveryOf({ ...stored, key: 'missing' }),
    deliveryOf({ key: 'there' }),
    { delivery: deliveryOf({ key: '../x' }), error: new TransferError('ERR_UNSAFE_KEY', 'x'), isFinal: true },
  ];
  const [items] = await through<Batch>([batch], createDedupe(volume));
  assert.deepEqual(items!.map(describe).sort(), [
    '../x ERR_UNSAFE_KEY',
    'missing open',
    'there open',
    'there open',
    'there open',
    'there skipped',
  ]);
  const skipped = items!.find((item) => isResult(item) && 'outcome' in item) as Extract<Result, { outcome: unknown }>;
  assert.deepEqual(skipped.outcome, { status: 'skipped', bytes: 5 });
});

test('another version has no listed size, so its time alone tells', async (t) => {
  const volume = await tempVolume(t);
  await volume.store({ path: 'a', mtimeMs: 1_000_000 }, ownBytes('thumb'));
  const delivery = deliveryOf({ key: 'a', size: 9_999, mtimeMs: 1_000_000 }, { expectedSize: undefined });
  const [items] = await through<Batch>([[delivery]], createDedupe(volume));
  assert.deepEqual(items!.map(describe), ['a skipped']);
});

test('a batch of which nothing is open does not reach the disk', async (t) => {
  const volume = await tempVolume(t);
  let asked = 0;
  const watched = { ...volume, check: async () => assert.fail(`asked ${++asked}`) };
  const batch: Batch = [{ delivery: deliveryOf({ key: 'a' }), outcome: { status: 'gone' } }];
  assert.deepEqual(await through([batch, []], createDedupe(watched)), [batch, []]);
});

test('a volume that dies ends the pipeline with its error', { timeout: 20_000 }, async (t) => {
  const disk = slowDisk(t);
  const volume = await tempVolume(t);
  await volume.check([]);
  disk.stall();
  const supply = counted(() => [deliveryOf({ key: 'a', size: 1 })]);
  const { sink } = stuckSink();
  const done = rejection<TransferError>(run(supply.items, createDedupe(volume), sink));
  await until(() => supply.taken >= 2, 'the lookups');
  await disk.workers[0]!.terminate();
  assert.deepEqual([(await done).code, (await done).verdict], ['ERR_VOLUME', 'fatal']);
});

test('an abort ends it while the disk does not answer', { timeout: 20_000 }, async (t) => {
  const disk = slowDisk(t);
  const volume = await tempVolume(t);
  disk.stall();
  const controller = new AbortController();
  const supply = counted(() => [deliveryOf({ key: 'a', size: 1 })]);
  const stage = createDedupe(volume);
  const { sink, received } = stuckSink();
  const done = rejection(run(supply.items, stage, sink, controller.signal));
  await until(() => supply.taken >= 2, 'the lookups');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  assert.equal(stage.destroyed, true);
  disk.goOn();
  await turns();
  assert.deepEqual(received, []);
});

test('looks up only a few batches ahead of a reader that does not read', async (t) => {
  const volume = await tempVolume(t);
  let asked = 0;
  const watched: Volume = {
    ...volume,
    check(queries) {
      asked++;
      return volume.check(queries);
    },
  };
  const batches = counted((index) => entriesOf(10, `${index}-`).map((entry) => deliveryOf(entry)), 500);
  const { sink, received, open: goOn } = stuckSink<Batch>();
  const done = run(batches.items, createDedupe(watched), sink);
  await until(() => received.length === 1, 'the first batch');
  await turns(200);
  // One is with the reader; two lookups, as many results, and one in the buffer.
  assert.ok(asked <= 1 + 2 * 2 + 1, `${asked} lookups`);
  goOn();
  await done;
  assert.equal(received.flat().length, 5_000);
});
