// Select and flatten: what of a batch is wanted, and its objects together, each ready to be stored or settled already.

import assert from 'node:assert/strict';
import test from 'node:test';
import { none } from 'stream-chain/defs.js';
import { TransferError } from '../../../src/errors.js';
import { Stats } from '../../../src/events/stats.js';
import { Limit } from '../../../src/lib/streams/limit.js';
import { type Batch, type Delivery, isResult, type Result } from '../../../src/model/batch.js';
import { md5OfHex } from '../../../src/model/entry.js';
import { createFilter } from '../../../src/model/filter.js';
import type { NameMode } from '../../../src/model/names/names.js';
import type { Source } from '../../../src/sources/source.js';
import { createFlatten } from '../../../src/stages/flatten.js';
import { createSelect } from '../../../src/stages/select.js';
import { batchOf, recordingEvents } from '../../support/batches.js';
import { entriesOf } from '../../support/source-stub.js';
import { asStage, run, throughFunction } from '../../support/stages.js';
import { counted, stuckSink } from '../../support/streams.js';
import { rejection, turns, until } from '../../support/waiting.js';

type Item = Delivery | Result;
const everything = createFilter({ include: [], exclude: [] });
const MD5 = '5d41402abc4b2a76b9719d911017c592';

function start({
  isVariant = false,
  filter = everything,
  limit = undefined as Limit | undefined,
  names = 'escape' as NameMode,
  source = { md5OfEtag: md5OfHex } as Pick<Source, 'md5OfEtag'>,
} = {}) {
  const stats = new Stats();
  const acks: Batch[] = [];
  const stages = [
    createSelect({ filter, limit, events: recordingEvents(stats) }),
    createFlatten({ source, isVariant, names, ack: (batch) => void acks.push(batch) }),
  ];
  return { stats, acks, stages };
}

const describe = (item: Item) =>
  isResult(item) ? `${item.delivery.entry.key} ${'error' in item ? item.error.code : ''}` : item.entry.key;

test('gives the objects of a batch together, with what the listing promised of each', async () => {
  const { stages, acks } = start();
  const batch = batchOf([{ key: 'a', size: 5, mtimeMs: 1, etag: MD5.toUpperCase() }, { key: 'b' }]);
  const [items] = await throughFunction<Delivery[]>([batch], ...stages);
  assert.deepEqual(
    items!.map(({ entry, expectedSize, expectedMd5, attempts, throttles }) => [
      entry.key,
      expectedSize,
      expectedMd5,
      attempts,
      throttles,
    ]),
    [
      ['a', 5, MD5, 0, 0],
      ['b', undefined, undefined, 0, 0],
    ],
  );
  assert.deepEqual([items![0]!.batch.open, items![0]!.batch.id, acks], [2, batch.id, []]);
});

test('of another version neither the listed size nor the listed etag binds', async () => {
  const batch = batchOf([{ key: 'a', size: 5, etag: MD5 }]);
  const [items] = await throughFunction<Delivery[]>([batch], ...start({ isVariant: true }).stages);
  assert.deepEqual([items![0]!.expectedSize, items![0]!.expectedMd5], [undefined, undefined]);
});

test('rejects, bad lines and unsafe keys are settled already, and never tried again', async () => {
  const batch = batchOf([{ key: '../x' }, { key: '.sluice/x' }, { key: 'good' }], {
    rejects: [
      { entry: { key: 'd' }, error: new TransferError('ERR_LISTING', 'x'), attempts: 3, kind: 'folder' as const },
    ],
    badLines: [{ text: '{', reason: 'not valid JSON' }],
  });
  const [items] = await throughFunction<Item[]>([batch], ...start({ names: 'refuse' }).stages);
  assert.deepEqual(items!.map(describe).sort(), [
    '../x ERR_UNSAFE_KEY',
    '.sluice/x ERR_UNSAFE_KEY',
    'd ERR_LISTING',
    'good',
    '{ ERR_BAD_LINE',
  ]);
  assert.ok(items!.filter(isResult).every((item) => 'error' in item && item.isFinal));
  const folder = items!.find((item) => isResult(item) && 'kind' in item && item.kind === 'folder') as Extract<
    Result,
    { error: unknown }
  >;
  assert.deepEqual([folder.kind, folder.delivery.attempts, folder.delivery.batch.open], ['folder', 3, 5]);
});

test('escaped names have a place for every key but the empty one and those that no request can name', async () => {
  const keys = ['../x', '.sluice/x', 'a//b', '/a', 'a/', 'nul\0', 'good', '', 'lone \ud83d'];
  const [items] = await throughFunction<Item[]>([batchOf(keys.map((key) => ({ key })))], ...start().stages);
  assert.deepEqual(items!.map(describe), [...keys.slice(0, 7), ' ERR_UNSAFE_KEY', 'lone \ud83d ERR_UNSAFE_KEY']);
});

test('filters and limit leave out what is not wanted; a batch of which nothing is left is acknowledged', async () => {
  let told = 0;
  const filter = createFilter({ include: ['*.jpg'], exclude: [] });
  const { stages, stats, acks } = start({ filter, limit: new Limit(2, () => told++) });
  const batches = [
    batchOf([{ key: 'a.jpg' }, { key: 'b.png' }]),
    batchOf([{ key: 'c.png' }]),
    batchOf([{ key: 'd.jpg' }, { key: 'e.jpg' }]),
    batchOf([{ key: 'f.jpg' }]),
    batchOf([]),
  ];
  const groups = await throughFunction<Item[]>(batches, ...stages);
  assert.deepEqual(
    groups.map((items) => items.map(describe)),
    [['a.jpg'], ['d.jpg']],
  );
  assert.deepEqual(
    acks.map(({ id }) => id),
    [batches[1], batches[3], batches[4]].map((batch) => batch!.id),
  );
  assert.deepEqual([stats.excluded, told], [2, 1]);
});

test('a folder that could not be listed is never filtered out', async () => {
  const filter = createFilter({ include: ['*.jpg'], exclude: [] });
  const error = new TransferError('ERR_LISTING', 'x');
  const rejects = [
    { entry: { key: 'd' }, error, kind: 'folder' as const },
    { entry: { key: 'bad-name' }, error, kind: 'name' as const },
  ];
  const [items] = await throughFunction<Item[]>([batchOf([], { rejects })], ...start({ filter }).stages);
  assert.deepEqual(items!.map(describe), ['d ERR_LISTING']);
});

test('an ETag of 32 hex digits is an MD5 only where the source says so; an MD5 of the entry always is', async () => {
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
  const entries = [
    { key: 'a', etag: md5.toUpperCase() },
    { key: 'b', md5 },
  ];
  const expected = async (source: Pick<Source, 'md5OfEtag'>) => {
    const [items] = await throughFunction<Item[]>([batchOf(entries)], ...start({ source }).stages);
    return (items as Delivery[]).map(({ expectedMd5 }) => expectedMd5);
  };
  assert.deepEqual(await expected({ md5OfEtag: md5OfHex }), [md5, md5]);
  assert.deepEqual(await expected({}), [undefined, md5]);
});

test('nothing at all is no group', () => {
  const flatten = createFlatten({ source: { md5OfEtag: md5OfHex }, isVariant: false, names: 'escape', ack: () => {} });
  assert.equal(flatten(batchOf([])), none);
});

test('a defect in a filter ends the pipeline', async () => {
  const filter = {
    ...everything,
    accepts: () => {
      throw new Error('a defect');
    },
  };
  const { sink } = stuckSink();
  const error = await rejection(run([batchOf(entriesOf(1))], asStage(...start({ filter }).stages), sink));
  assert.equal(error.message, 'a defect');
  assert.equal(sink.destroyed, true);
});

test('takes only a few batches ahead of a reader that does not read, and an abort ends it', async () => {
  const { stages, acks } = start();
  const supply = counted((index) => batchOf(entriesOf(3, `${index}-`)), 500);
  const { sink, received } = stuckSink<Item[]>();
  const controller = new AbortController();
  const done = rejection(run(supply.items, asStage(...stages), sink, controller.signal));
  await until(() => received.length === 1, 'the first group');
  await turns(100);
  assert.ok(supply.taken <= 8, `${supply.taken} batches were taken`);
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  assert.deepEqual([acks, sink.destroyed], [[], true]);
});
