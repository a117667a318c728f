// The dedupe stage with a real volume: what is there is skipped, and the disk is never asked for more than a little ahead.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { type Delivery, isResult, type Result } from '../../../src/model/batch.js';
import { PageProgress } from '../../../src/model/page-progress.js';
import type { Volumes } from '../../../src/sinks/disks/volumes.js';
import { createDedupe } from '../../../src/stages/dedupe.js';
import { batchOf, deliveryOf } from '../../support/batches.js';
import { tempVolumes } from '../../support/disks/files.js';
import { slowDisk } from '../../support/disks/slow-disk.js';
import { entriesOf, ownBytes } from '../../support/source-stub.js';
import { run } from '../../support/stages.js';
import { counted, stuckSink, through } from '../../support/streams.js';
import { rejection, turns, until } from '../../support/waiting.js';

type Group = (Delivery | Result)[];

const describe = (item: Delivery | Result) => {
  if (!isResult(item)) return `${item.entry.key} open`;
  return `${item.delivery.entry.key} ${'outcome' in item ? item.outcome.status : 'error' in item ? item.error.code : 'not taken'}`;
};

test('skips what is there with the listed size and time, and nothing else', async (t) => {
  const volumes = await tempVolumes(t);
  const stored = { key: 'there', size: 5, mtimeMs: 1_000_000 };
  await volumes.put({ key: 'there', mtimeMs: stored.mtimeMs }, ownBytes('hello'), -1);
  const group: Group = [
    deliveryOf(stored),
    deliveryOf({ ...stored, size: 6 }),
    deliveryOf({ ...stored, mtimeMs: 2_000_000 }),
    deliveryOf({ ...stored, key: 'missing' }),
    deliveryOf({ key: 'there' }),
    { delivery: deliveryOf({ key: '../x' }), error: new TransferError('ERR_UNSAFE_KEY', 'x'), isFinal: true },
  ];
  const [items] = await through<Group>([group], createDedupe(volumes, { isFresh: false }));
  assert.deepEqual(items!.map(describe).sort(), [
    '../x ERR_UNSAFE_KEY',
    'missing open',
    'there open',
    'there open',
    'there open',
    'there skipped',
  ]);
  const skipped = items!.find((item) => isResult(item) && 'outcome' in item) as Extract<Result, { outcome: unknown }>;
  assert.deepEqual(skipped.outcome, { status: 'skipped', bytes: 5, volume: 0 });
});

test('what is there in another version learns where, and what is new has no home', async (t) => {
  const volumes = await tempVolumes(t, { count: 2 });
  await volumes.put({ key: 'old', mtimeMs: 1_000 }, ownBytes('x'), 1);
  await volumes.put({ key: 'same', mtimeMs: 1_000 }, ownBytes('x'), 1);
  const group = ['old', 'same', 'new'].map((key) =>
    deliveryOf({ key, size: 1, mtimeMs: key === 'old' ? 9_000 : 1_000 }),
  );
  const [items] = await through<Group>([group], createDedupe(volumes, { isFresh: false }));
  assert.deepEqual(
    items!.map((item) => (isResult(item) ? 'outcome' in item && item.outcome : item.home)),
    [1, { status: 'skipped', bytes: 1, volume: 1 }, -1],
  );
});

test('a single file of which the disk does not tell fails for now, and is neither fetched nor stored a second time', async (t) => {
  const volumes = await tempVolumes(t);
  const badSector = { ...volumes, has: async () => [{ isPresent: false, isUnknown: true, isGone: false, home: -1 }] };
  for (const isFresh of [false, true]) {
    const [items] = await through<Group>([[deliveryOf({ key: 'a', size: 1 })]], createDedupe(badSector, { isFresh }));
    const [result] = items as [Extract<Result, { error: unknown }>];
    assert.deepEqual([result.error.code, result.error.verdict, result.isFinal], ['ERR_DISK', 'retry', true]);
  }
});

test('a disk that is gone ends the run, unless nothing of what is asked for can lie on it', async (t) => {
  const volumes = await tempVolumes(t, { count: 2 });
  await volumes.put({ key: 'here', mtimeMs: 1_000 }, ownBytes('x'), 0);
  rmSync(volumes.roots[1]!, { recursive: true });
  const ask = (key: string, page: PageProgress, isFresh: boolean) =>
    through<Group>(
      [[deliveryOf({ key, size: 1, mtimeMs: 1_000 }, { batch: batchOf([], { page }) })]],
      createDedupe(volumes, { isFresh }),
    );
  const [found] = await ask('here', new PageProgress(1), false);
  assert.deepEqual(found!.map(describe), ['here skipped'], 'the other disk still tells');
  assert.deepEqual((await ask('new', new PageProgress(1), true))[0]!.map(describe), ['new open']);
  // Listed again, or by a later job: an earlier run may have stored it there.
  for (const [page, isFresh] of [
    [new PageProgress(1, { isAgain: true }), true] as const,
    [new PageProgress(1), false] as const,
  ]) {
    const error = await rejection<TransferError>(ask('new', page, isFresh));
    assert.deepEqual([error.code, error.verdict], ['ERR_VOLUME', 'fatal']);
  }
});

test('another version has no listed size, so its time alone tells', async (t) => {
  const volumes = await tempVolumes(t);
  await volumes.put({ key: 'a', mtimeMs: 1_000_000 }, ownBytes('thumb'), -1);
  const delivery = deliveryOf({ key: 'a', size: 9_999, mtimeMs: 1_000_000 }, { expectedSize: undefined });
  const [items] = await through<Group>([[delivery]], createDedupe(volumes, { isFresh: false }));
  assert.deepEqual(items!.map(describe), ['a skipped']);
});

test('a group of which nothing is open does not reach the disk', async (t) => {
  const volumes = await tempVolumes(t);
  let asked = 0;
  const watched = { ...volumes, has: async () => assert.fail(`asked ${++asked}`) };
  const group: Group = [{ delivery: deliveryOf({ key: 'a' }), outcome: { status: 'gone' } }];
  assert.deepEqual(await through([group, []], createDedupe(watched, { isFresh: false })), [group, []]);
});

test('a volume that dies ends the pipeline with its error', { timeout: 20_000 }, async (t) => {
  const disk = slowDisk(t);
  const volumes = await tempVolumes(t);
  await volumes.has([]);
  disk.stall();
  const supply = counted(() => [deliveryOf({ key: 'a', size: 1 })]);
  const { sink } = stuckSink();
  const done = rejection<TransferError>(run(supply.items, createDedupe(volumes, { isFresh: false }), sink));
  await until(() => supply.taken >= 2, 'the lookups');
  await disk.workers[0]!.terminate();
  assert.deepEqual([(await done).code, (await done).verdict], ['ERR_VOLUME', 'fatal']);
});

test('an abort ends it while the disk does not answer', { timeout: 20_000 }, async (t) => {
  const disk = slowDisk(t);
  const volumes = await tempVolumes(t);
  disk.stall();
  const controller = new AbortController();
  const supply = counted(() => [deliveryOf({ key: 'a', size: 1 })]);
  const stage = createDedupe(volumes, { isFresh: false });
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

test('looks up only a few groups ahead of a reader that does not read', async (t) => {
  const volumes = await tempVolumes(t);
  let asked = 0;
  const watched: Volumes = {
    ...volumes,
    has(queries) {
      asked++;
      return volumes.has(queries);
    },
  };
  const groups = counted((index) => entriesOf(10, `${index}-`).map((entry) => deliveryOf(entry)), 500);
  const { sink, received, open: goOn } = stuckSink<Group>();
  const done = run(groups.items, createDedupe(watched, { isFresh: false }), sink);
  await until(() => received.length === 1, 'the first group');
  await turns(200);
  // One is with the reader; two lookups, as many results, and one in the buffer.
  assert.ok(asked <= 1 + 2 * 2 + 1, `${asked} lookups`);
  goOn();
  await done;
  assert.equal(received.flat().length, 5_000);
});
