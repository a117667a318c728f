// The walk: its order, its pace, and the bound of what it has to remember.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from '../../../../src/model/batch.js';
import { type WalkOptions, walk } from '../../../../src/sources/listing/walk.js';
import type { ListedPage } from '../../../../src/sources/source.js';
import { proceduralBucket } from '../../../fakes/buckets/procedural-bucket.js';
import { listPacerOf } from '../../../support/pacers.js';
import { serveBucket } from '../../../support/servers/upyun.js';
import { listedPage, stubSource, treeSource } from '../../../support/source-stub.js';
import { collect } from '../../../support/streams.js';
import { turns } from '../../../support/waiting.js';

const OPTIONS: WalkOptions = { pacer: listPacerOf(1), signal: new AbortController().signal };

const keysOf = (pages: Page[]) => pages.flatMap(({ entries }) => entries.map(({ key }) => key));
test('gives every object of a real tree exactly once, however many folders at once', async (t) => {
  const bucket = proceduralBucket({ directories: [4, 3], objectsPerDirectory: 25, sizes: 1 });
  const { server, source } = await serveBucket(t, bucket, { source: { pageSize: 10 } });
  server.list.shortPages = true;
  const expected = Array.from({ length: bucket.objectCount }, (_, index) => bucket.keyOf(index));
  for (const listConcurrency of [1, 4, 16]) {
    const keys = keysOf(await collect(walk(source, '', { ...OPTIONS, pacer: listPacerOf(listConcurrency) })));
    assert.deepEqual(keys.sort(), expected);
    assert.ok(server.counters.peakActiveLists <= listConcurrency);
  }
});

test('goes depth first: a folder with all below it comes before the next page of its parent', async () => {
  const { source, asked } = treeSource((directory, cursor) => {
    if (directory !== '') return directory === 'b' ? { directories: ['b/x'] } : {};
    return cursor === undefined
      ? { directories: ['a', 'b', 'c'], nextCursor: '2' }
      : { directories: ['d'], nextCursor: undefined };
  });
  await collect(walk(source, '', OPTIONS));
  assert.deepEqual(asked, ['#', 'a#', 'b#', 'b/x#', 'c#', '#2', 'd#']);
});

test('each folder goes on with the cursor of its own', async () => {
  const { source, asked } = treeSource((directory, cursor) => {
    const page = Number(cursor?.slice(-1) ?? 0);
    if (directory === '' && page === 0) return { directories: ['a', 'b'] };
    return page < 3 ? { entries: [{ key: `${directory}/${page}` }], nextCursor: `${directory}${page + 1}` } : {};
  });
  const pages = await collect(walk(source, '', { ...OPTIONS, pacer: listPacerOf(3) }));
  assert.equal(keysOf(pages).length, 6);
  for (const request of asked.slice(1)) assert.match(request, /^(a#(a\d)?|b#(b\d)?)$/);
});

test('lists several folders at once, and never more than allowed', async () => {
  let active = 0;
  let peak = 0;
  const source = stubSource({
    async listPage(directory) {
      peak = Math.max(peak, ++active);
      await turns(2);
      active--;
      const directories = directory === '' ? Array.from({ length: 30 }, (_, index) => `d${index}`) : [];
      return listedPage({ entries: [{ key: `${directory}/x` }], directories });
    },
  });
  const pages = await collect(walk(source, '', { ...OPTIONS, pacer: listPacerOf(5) }));
  assert.deepEqual([pages.length, peak], [31, 5]);
});

test('at most listConcurrency pages wait for a reader that does not read', async () => {
  const { source, asked } = treeSource((directory) => ({
    entries: [{ key: `${directory}/x` }],
    directories: directory === '' ? Array.from({ length: 100 }, (_, index) => `d${index}`) : [],
  }));
  for (const listConcurrency of [1, 4]) {
    asked.length = 0;
    const pages = walk(source, '', { ...OPTIONS, pacer: listPacerOf(listConcurrency) });
    await pages.next();
    await pages.next();
    await turns(50);
    assert.ok(asked.length <= 2 + listConcurrency, `${asked.length} asked, 2 taken`);
    await pages.return();
  }
});

/** Counts the subfolders that have been named and not yet asked for: what the frontier has to remember. */
function frontierMeter(listPage: (directory: string, cursor: string | undefined) => Partial<ListedPage>) {
  const meter = { frontier: 0, peak: 0, source: stubSource() };
  meter.source = stubSource({
    async listPage(directory, cursor) {
      if (directory !== '' && cursor === undefined) meter.frontier--;
      await turns(1);
      const page = listedPage(listPage(directory, cursor));
      meter.frontier += page.directories.length;
      meter.peak = Math.max(meter.peak, meter.frontier);
      return page;
    },
  });
  return meter;
}

test('the frontier of a wide tree is bounded by the page, not by the number of folders', async () => {
  const pageSize = 10;
  const folders = 2_000;
  const meter = frontierMeter((directory, cursor = '0') => {
    if (directory !== '') return {};
    const from = Number(cursor);
    const directories = Array.from({ length: pageSize }, (_, index) => `d${from + index}`);
    return { directories, nextCursor: from + pageSize < folders ? String(from + pageSize) : undefined };
  });
  await collect(walk(meter.source, '', { ...OPTIONS, pacer: listPacerOf(4) }));
  assert.ok(meter.peak <= pageSize, `${meter.peak} folders waited`);
});

test('the frontier of a deep tree is bounded by its depth', async () => {
  const depth = 60;
  const width = 3;
  const listConcurrency = 2;
  const meter = frontierMeter((directory) => {
    const level = directory === '' ? 0 : directory.split('/').length;
    if (level === depth || /[12]$/.test(directory)) return {};
    return { directories: Array.from({ length: width }, (_, index) => `${directory}${directory && '/'}${index}`) };
  });
  await collect(walk(meter.source, '', { ...OPTIONS, pacer: listPacerOf(listConcurrency) }));
  assert.ok(meter.peak <= depth * width * listConcurrency, `${meter.peak} folders waited`);
});

test('a pruned folder is never asked for', async () => {
  const { source, asked } = treeSource((directory) => (directory === '' ? { directories: ['a', 'tmp', 'b'] } : {}));
  await collect(walk(source, '', { ...OPTIONS, isPruned: (directory) => directory === 'tmp' }));
  assert.deepEqual(asked, ['#', 'a#', 'b#']);
});
