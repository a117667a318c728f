// Pages of an earlier run, listed again: the bucket may have changed since; what was on the page comes, and it ends.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Frontier } from '../../../../src/journal/frontier.js';
import type { PageRecord } from '../../../../src/journal/records.js';
import { type WalkedPage, walk } from '../../../../src/sources/listing/walk.js';
import type { ListedPage, Source } from '../../../../src/sources/source.js';
import { listPacerOf } from '../../../support/pacers.js';
import { treeSource } from '../../../support/source-stub.js';
import { collect } from '../../../support/streams.js';
import { deferred, turns } from '../../../support/waiting.js';

const OPTIONS = { pacer: listPacerOf(1), signal: new AbortController().signal };

/** What is told about pages, in order: `listed n`, `page n`, `handed n`. */
interface Told {
  readonly pages: WalkedPage[];
  readonly records: PageRecord[];
  readonly events: string[];
}

/** Walks to the end; without `again` from the beginning, with it only those pages. */
async function walked(source: Source, again?: readonly PageRecord[], listConcurrency = 1): Promise<Told> {
  const told: Told = { pages: [], records: [], events: [] };
  const resume = {
    frontier: again === undefined ? new Frontier('') : new Frontier(),
    again: again ?? [],
    onListed: (record: PageRecord) => {
      told.records.push(record);
      told.events.push(`listed ${record.n}`);
    },
    onHandedOver: (number: number) => void told.events.push(`handed ${number}`),
  };
  for await (const page of walk(source, '', { ...OPTIONS, pacer: listPacerOf(listConcurrency), resume })) {
    told.pages.push(page);
    // Gives whatever is listed ahead the time to be told too early: the reader is not done with the page yet.
    await turns(2);
    told.events.push(`page ${page.number}`);
  }
  return told;
}

const keysOf = (pages: readonly WalkedPage[]) => pages.flatMap(({ entries }) => entries.map(({ key }) => key));
const row = (key: string) => ({ key, size: 1, mtimeMs: 1_000 });

/** One folder of sorted names; names with a slash at the end are folders. A cursor is the last name, and a salt. */
function folder(names: readonly string[], pageSize: number, salt = '') {
  const sorted = [...names].sort();
  return treeSource((directory, cursor) => {
    if (directory !== '') return {};
    const after = cursor?.split('#')[0];
    const rest = after === undefined ? sorted : sorted.filter((name) => name > after);
    const page = rest.slice(0, pageSize);
    return {
      entries: page.filter((name) => !name.endsWith('/')).map(row),
      directories: page.filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1)),
      nextCursor: rest.length > pageSize ? `${page.at(-1)}#${salt}` : undefined,
    };
  });
}

test('a page of an unchanged bucket takes one request, and is told to be the same one', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const before = await walked(folder(names, 2).source);
  assert.deepEqual(
    before.records.map(({ n }) => n),
    [1, 2, 3],
  );
  const { source, asked } = folder(names, 2);
  const { pages, records, events } = await walked(source, before.records.slice(1, 2));
  assert.deepEqual([keysOf(pages), asked], [['c', 'd'], ['#b#']]);
  assert.deepEqual(
    pages.map(({ number, isAgain }) => [number, isAgain]),
    [[2, true]],
  );
  assert.deepEqual([records, events], [[], ['page 2', 'handed 2']], 'it is not counted as a new page');
});

test('pages of before come first, then what the frontier has', async () => {
  const { source, asked } = folder(['a', 'b', 'c', 'd', 'e'], 2);
  const frontier = new Frontier('');
  const first = frontier.next()!;
  const listing = { nextCursor: 'b#', scopes: [], rows: 2, bytes: 2, lastEntry: 'b' };
  const record = frontier.listed(first, listing);
  const resume = { frontier, again: [record], onListed() {}, onHandedOver() {} };
  const pages = await collect(walk(source, '', { ...OPTIONS, resume }));
  assert.deepEqual(asked, ['#', '#b#', '#d#']);
  assert.deepEqual(
    pages.map(({ number, isAgain }) => [number, isAgain]),
    [
      [1, true],
      [2, false],
      [3, false],
    ],
  );
});

test('objects come and go between two listings: all that was on the page and is still there comes, once, and it ends', async () => {
  const name = fc
    .tuple(fc.constantFrom(...'abcdefghij'), fc.boolean())
    .map(([text, isFolder]) => text + (isFolder ? '/' : ''));
  const names = fc.uniqueArray(name, { maxLength: 16 });
  const sizes = fc.integer({ min: 1, max: 5 });
  await fc.assert(
    fc.asyncProperty(names, names, sizes, sizes, fc.constantFrom('', 'new'), async (was, is, size, newSize, salt) => {
      const before = await walked(folder(was, size).source);
      for (const record of before.records.filter(({ d }) => d === '')) {
        const had = keysOf(before.pages.filter(({ number }) => number === record.n));
        const { source, asked } = folder(is, newSize, salt);
        const { pages, events } = await walked(source, [record], 3);
        const keys = keysOf(pages);
        const missing = had.filter((key) => is.includes(key) && !keys.includes(key));
        assert.deepEqual([missing, keys.length], [[], new Set(keys).size]);
        assert.ok(asked.length <= is.length + 1, `${asked.length} requests for ${is.length} names`);
        assert.deepEqual(
          [events.filter((event) => event.startsWith('handed')), events.at(-1)],
          [[`handed ${record.n}`], `handed ${record.n}`],
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('it is followed no further than to the cursor of the next page, or to the last of what it had', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const [first] = (await walked(folder(names, 2).source)).records;
  const gone = folder(['b', 'c', 'd', 'e', 'f', 'g', 'h'], 1);
  assert.deepEqual(keysOf((await walked(gone.source, [first!])).pages), ['b']);
  const grown = folder([...names, 'a1', 'a2', 'a3'], 2, 'another');
  assert.deepEqual(keysOf((await walked(grown.source, [first!])).pages), ['a', 'a1', 'a2', 'a3', 'b']);
});

test('it ends at the cursor of the next page, although its last object is gone', async () => {
  const { source, asked } = treeSource(() => ({ entries: [row('a')], nextCursor: 'next' }));
  const again = [{ t: 'page' as const, n: 7, f: 0, d: '', x: 'next', k: 2, b: 2, l: 'b' }];
  const { events } = await walked(source, again);
  assert.deepEqual([asked, events], [['#'], ['page 7', 'handed 7']]);
});

test('a page whose rest turns out to be empty is handed over after its rows, not before', async () => {
  // The last object went, and the cursors are other ones: the page is followed to the end of the folder.
  const rest = deferred<void>();
  const stub: Partial<ListedPage>[] = [{ entries: [row('a'), row('b')], nextCursor: 'other' }, {}];
  const { source } = treeSource((_directory, cursor) => stub[cursor === undefined ? 0 : 1]!);
  const listing: Source = {
    ...source,
    lister: {
      async listPage(directory, cursor) {
        const page = await source.lister.listPage(directory, cursor);
        if (cursor !== undefined) rest.resolve();
        return page;
      },
    },
  };
  const events: string[] = [];
  const again = [{ t: 'page' as const, n: 7, f: 0, d: '', x: 'c', k: 3, b: 3, l: 'c' }];
  const resume = {
    frontier: new Frontier(),
    again,
    onListed() {},
    onHandedOver: (number: number) => void events.push(`handed ${number}`),
  };
  for await (const page of walk(listing, '', { ...OPTIONS, pacer: listPacerOf(3), resume })) {
    await rest.promise;
    await turns();
    events.push(`page ${page.number}`);
  }
  assert.deepEqual(events, ['page 7', 'handed 7']);
});

test('a folder whose path is too long fails again when its page is listed again', async () => {
  const { source } = treeSource(() => ({ directories: ['x'.repeat(5_000)] }));
  const before = await walked(source);
  assert.equal(before.records[0]?.k, 1);
  const { pages } = await walked(source, before.records);
  assert.deepEqual(
    pages.map(({ rejects }) => rejects.map(({ error, kind }) => [error.code, kind])),
    [[['ERR_NAME_TOO_LONG', 'name']]],
  );
});

test('a page of a folder that went away since has nothing, and is handed over', async () => {
  const again = [{ t: 'page' as const, n: 4, f: 1, d: 'gone', k: 2, b: 2, l: 'gone/b' }];
  const { source } = treeSource(() => ({}));
  const { pages, events } = await walked(source, again);
  assert.deepEqual([pages, events], [[], ['handed 4']]);
});

test('a page that is listed again in circles fails its folder and ends', { timeout: 20_000 }, async () => {
  const { source } = treeSource((_directory, cursor) => ({
    entries: [row(`d/${cursor ?? ''}`)],
    nextCursor: cursor === '1' ? '2' : '1',
  }));
  const again = [{ t: 'page' as const, n: 4, f: 1, d: 'd', x: '9', k: 1, b: 1, l: 'd/never' }];
  const { pages, events } = await walked(source, again);
  assert.deepEqual(
    pages.flatMap(({ rejects }) => rejects.map(({ error }) => error.code)),
    ['ERR_LISTING'],
  );
  assert.equal(events.at(-1), 'handed 4');
});
