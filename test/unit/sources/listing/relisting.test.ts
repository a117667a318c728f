// A page of an earlier run, listed again in a bucket that has changed, with pages of another size: it gives what it had
// then and nothing of the pages behind it, which may be committed, and it does not go on to the end of a large folder.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { TransferError } from '../../../../src/errors.js';
import { Frontier } from '../../../../src/journal/frontier.js';
import type { PageRecord } from '../../../../src/journal/records.js';
import { walk } from '../../../../src/sources/listing/walk.js';
import type { Source } from '../../../../src/sources/source.js';
import { listPacerOf } from '../../../support/pacers.js';
import { treeSource } from '../../../support/source-stub.js';
import { collect } from '../../../support/streams.js';

const OPTIONS = { pacer: listPacerOf(2), signal: new AbortController().signal };

/** One folder with its names in this order; those with a slash at the end are folders. A cursor names the next row, gone or not. */
function folder(names: readonly string[], pageSize: number) {
  const at = (cursor: string | undefined) => {
    const index = names.findIndex((name) => cursor === undefined || name >= cursor);
    return index === -1 ? names.length : index;
  };
  return treeSource((directory, cursor) => {
    if (directory !== '') return {};
    const start = at(cursor);
    const page = names.slice(start, start + pageSize);
    return {
      entries: page.filter((name) => !name.endsWith('/')).map((key) => ({ key, size: 1, mtimeMs: 1_000 })),
      directories: page.filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1)),
      nextCursor: names[start + pageSize],
    };
  });
}

/** The pages of the folder as a first run has them, with the keys of each. */
async function listedBefore(names: readonly string[], pageSize: number) {
  const { source } = folder(names, pageSize);
  const records: PageRecord[] = [];
  const resume = {
    frontier: new Frontier(''),
    again: [],
    onListed: (record: PageRecord) => void records.push(record),
    onHandedOver() {},
  };
  const pages = await collect(walk(source, '', { ...OPTIONS, resume }));
  const keysOf = (n: number) => pages.filter(({ number }) => number === n).flatMap(({ entries }) => entries);
  return records
    .filter(({ d }) => d === '')
    .map((record) => ({ record, keys: keysOf(record.n).map(({ key }) => key) }));
}

/** The keys that come when this page is listed again. */
async function listedAgain(source: Source, page: PageRecord): Promise<string[]> {
  const handed: number[] = [];
  const resume = {
    frontier: new Frontier(),
    again: [page],
    onListed() {},
    onHandedOver: (n: number) => void handed.push(n),
  };
  const pages = await collect(walk(source, '', { ...OPTIONS, resume }));
  assert.deepEqual(handed, [page.n]);
  return pages.flatMap(({ entries }) => entries.map(({ key }) => key));
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `k${1_000 + index}`);

test('larger pages than those of the run before give no object of the pages behind', async () => {
  const names = numbered(40);
  for (const { record, keys } of await listedBefore(names, 4)) {
    const { source, asked } = folder(names, 25);
    assert.deepEqual(await listedAgain(source, record), keys);
    assert.equal(asked.length, 1);
  }
});

test('smaller pages than those of the run before: all of it comes, and one request tells where it ends', async () => {
  const names = numbered(40);
  const [, second] = await listedBefore(names, 8);
  const { source, asked } = folder(names, 3);
  assert.deepEqual(await listedAgain(source, second!.record), second!.keys);
  assert.equal(asked.length, 4);
});

test('its last objects were deleted: what is left of it comes, and not the rest of the folder', async () => {
  const names = numbered(1_000);
  const [first, second] = await listedBefore(names, 10);
  for (const pageSize of [4, 10, 50]) {
    const left = names.filter((name) => name < 'k1015' || name > 'k1022');
    const { source, asked } = folder(left, pageSize);
    assert.deepEqual(await listedAgain(source, second!.record), second!.keys.slice(0, 5), `pages of ${pageSize}`);
    assert.ok(asked.length <= 4, `${asked.length} requests`);
  }
  const gone = folder(names.slice(10), 10);
  assert.deepEqual(await listedAgain(gone.source, first!.record), []);
});

test('its last object was deleted, and only folders stand behind it: the first of them is the end', async () => {
  const folders = numbered(500).map((name) => `z${name}/`);
  const [first] = await listedBefore([...numbered(10), ...folders], 10);
  const { source, asked } = folder([...numbered(9), ...folders], 10);
  assert.deepEqual(await listedAgain(source, first!.record), first!.keys.slice(0, 9));
  assert.equal(asked.length, 2);
});

test('a last object that was deleted with all that stood behind it ends with the folder', async () => {
  const names = numbered(30);
  const [, second] = await listedBefore(names, 10);
  const { source } = folder(names.slice(0, 15), 10);
  assert.deepEqual(await listedAgain(source, second!.record), second!.keys.slice(0, 5));
});

test('objects and folders come and go: all that the page had and still is there comes, and nothing of another page', async () => {
  const name = fc.tuple(fc.nat(60), fc.boolean()).map(([at, isFolder]) => `n${100 + at}${isFolder ? '/' : ''}`);
  const names = fc.uniqueArray(name, { maxLength: 30 }).map((all) => all.sort());
  const sizes = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(names, names, sizes, sizes, async (was, isNow, size, newSize) => {
      const before = await listedBefore(was, size);
      for (const { record, keys } of before) {
        const { source, asked } = folder(isNow, newSize);
        const came = await listedAgain(source, record);
        const missing = keys.filter((key) => isNow.includes(key) && !came.includes(key));
        const others = before.flatMap((other) => (other.record === record ? [] : other.keys));
        const strange = came.filter((key) => others.includes(key));
        assert.deepEqual([missing, came.length], [[], new Set(came).size]);
        // Where no object stands on the page behind, only a folder tells where it begins.
        if (hasEntryAt(isNow, record.x, newSize)) assert.deepEqual(strange, []);
        assert.ok(asked.length <= isNow.length + 1, `${asked.length} requests for ${isNow.length} names`);
      }
    }),
    { numRuns: 1_000 },
  );
});

function hasEntryAt(names: readonly string[], cursor: string | undefined, pageSize: number): boolean {
  if (cursor === undefined) return true;
  const behind = names.filter((name) => name >= cursor).slice(0, pageSize);
  return behind.some((name) => !name.endsWith('/'));
}

test('when the page behind cannot be listed, its own rows come all the same', async () => {
  const names = numbered(12);
  const [first] = await listedBefore(names, 4);
  const { source } = folder(
    names.filter((name) => name !== 'k1003'),
    5,
  );
  const listing: Source = {
    ...source,
    lister: {
      async listPage(directory, cursor) {
        if (cursor === first!.record.x) throw new TransferError('ERR_SERVER', 'not now');
        return source.lister.listPage(directory, cursor);
      },
    },
  };
  const came = await listedAgain(listing, first!.record);
  assert.deepEqual(came.slice(0, 3), ['k1000', 'k1001', 'k1002']);
});
