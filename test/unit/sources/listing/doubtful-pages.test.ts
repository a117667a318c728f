// Pages that could not be read, or not completely: each costs itself, and the walk goes on as far as it knows the way.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import type { Page } from '../../../../src/model/batch.js';
import { type WalkOptions, walk } from '../../../../src/sources/listing/walk.js';
import type { ListedPage, Source } from '../../../../src/sources/source.js';
import { listPacerOf } from '../../../support/pacers.js';
import { treeSource } from '../../../support/source-stub.js';
import { collect } from '../../../support/streams.js';
import { rejection } from '../../../support/waiting.js';

const OPTIONS: WalkOptions = { pacer: listPacerOf(1), signal: new AbortController().signal };
const TREE: Record<string, Partial<ListedPage>> = {
  '#': { entries: [{ key: 'a' }], directories: ['d'], nextCursor: '2' },
  '#2': { entries: [{ key: 'b' }], directories: ['e'], nextCursor: '3' },
  '#3': { entries: [{ key: 'c' }] },
  'd#': { entries: [{ key: 'd/x' }], nextCursor: '2' },
  'd#2': { entries: [{ key: 'd/y' }], nextCursor: '3' },
  'd#3': { entries: [{ key: 'd/z' }] },
  'e#': { entries: [{ key: 'e/x' }] },
};
const error = new TransferError('ERR_LISTING', 'not a row');

/** The tree, in which some places give something else. */
const bucket = (changes: Record<string, Partial<ListedPage> | 'fails'>) =>
  treeSource((directory, cursor = '') => {
    const place = `${directory}#${cursor}`;
    if (changes[place] === 'fails') throw new TransferError('ERR_SERVER', 'refused');
    return { ...TREE[place], ...(changes[place] as object) };
  });

const doubt = (isEndKnown: boolean) => ({ error, isEndKnown });
const keysOf = (pages: Page[]) => pages.flatMap(({ entries }) => entries.map(({ key }) => key)).sort();
const failuresOf = (pages: Page[]) =>
  pages.flatMap(({ rejects }) => rejects.map((reject) => [reject.entry.key, reject.error.code, reject.kind]));
const walked = (source: Source, more: Partial<WalkOptions> = {}) => collect(walk(source, '', { ...OPTIONS, ...more }));
const ALL = ['a', 'b', 'c', 'd/x', 'd/y', 'd/z', 'e/x'];

test('a page in doubt is a failure of its folder; its rows count, and the pages behind it are listed', async () => {
  for (const [place, folder] of [
    ['#', ''],
    ['#2', ''],
    ['#3', ''],
    ['d#', 'd'],
    ['d#2', 'd'],
    ['e#', 'e'],
  ] as const) {
    const { source, asked } = bucket({ [place]: { doubt: doubt(true) } });
    const pages = await walked(source);
    assert.deepEqual([keysOf(pages), failuresOf(pages)], [ALL, [[folder, 'ERR_LISTING', 'folder']]], place);
    assert.equal(asked.length, 7);
  }
});

test('a page without a single row leads on by its cursor all the same, the first one of SOURCE too', async () => {
  const { source } = bucket({ '#': { entries: [], directories: [], doubt: doubt(true) } });
  const pages = await walked(source);
  assert.deepEqual([keysOf(pages), failuresOf(pages)], [['b', 'c', 'e/x'], [['', 'ERR_LISTING', 'folder']]]);
});

test('where the cursor is in doubt, the rows count and the rest of the folder is the failure', async () => {
  for (const [place, lost] of [
    ['#', ['b', 'c', 'e/x']],
    ['#2', ['c']],
    ['d#2', ['d/z']],
  ] as const) {
    const { source } = bucket({ [place]: { nextCursor: undefined, doubt: doubt(false) } });
    const pages = await walked(source);
    assert.deepEqual(
      keysOf(pages),
      ALL.filter((key) => !(lost as readonly string[]).includes(key)),
      place,
    );
    assert.equal(failuresOf(pages).length, 1);
  }
});

test('a page that cannot be had at all costs the rest of its folder, in SOURCE as anywhere else', async () => {
  for (const [place, lost] of [
    ['#2', ['b', 'c', 'e/x']],
    ['#3', ['c']],
    ['d#', ['d/x', 'd/y', 'd/z']],
    ['d#3', ['d/z']],
  ] as const) {
    const pages = await walked(bucket({ [place]: 'fails' }).source);
    assert.deepEqual(
      keysOf(pages),
      ALL.filter((key) => !(lost as readonly string[]).includes(key)),
      place,
    );
    assert.deepEqual(failuresOf(pages), [[place.split('#')[0], 'ERR_LISTING', 'folder']]);
  }
});

test('SOURCE that gives nothing at all ends the walk, unless there is more to do', async () => {
  const nothing = { entries: [], directories: [], nextCursor: undefined };
  for (const change of ['fails', { ...nothing, doubt: doubt(false) }, { ...nothing, doubt: doubt(true) }] as const) {
    const { source } = bucket({ '#': change });
    assert.equal((await rejection<TransferError>(walked(source))).code, 'ERR_LIST_ROOT');
    const pages = await walked(source, { isOneOfMany: true });
    assert.deepEqual(failuresOf(pages), [['', 'ERR_LISTING', 'folder']]);
  }
});

test('a page in doubt is tried again, and what an attempt gave is used when the next ones give less', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  let attempts = 0;
  const { source } = treeSource((directory, cursor = '') => {
    if (cursor !== '2' || directory !== '') return TREE[`${directory}#${cursor}`]!;
    if (++attempts > 1) throw new TransferError('ERR_SERVER', 'refused');
    return { ...TREE['#2'], doubt: doubt(true) };
  });
  const pages = await walked(source, { pacer: listPacerOf(1, { retries: 2 }) });
  assert.deepEqual([keysOf(pages), failuresOf(pages).length, attempts], [ALL, 1, 3]);
});

test('an attempt that is beyond doubt is all that counts', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  let attempts = 0;
  const { source } = treeSource((directory, cursor = '') => {
    const isFirst = cursor === '2' && ++attempts === 1;
    return {
      ...TREE[`${directory}#${cursor}`],
      ...(isFirst && { entries: [{ key: 'b' }, { key: 'x' }], doubt: doubt(true) }),
    };
  });
  const pages = await walked(source, { pacer: listPacerOf(1, { retries: 1 }) });
  assert.deepEqual([keysOf(pages), failuresOf(pages)], [ALL, []]);
});

test('pages in doubt do not lead in circles, nor on for ever', async () => {
  const { source, asked } = bucket({ 'd#2': { nextCursor: '2', doubt: doubt(true) } });
  const pages = await walked(source);
  assert.deepEqual([keysOf(pages), failuresOf(pages).length], [ALL.filter((key) => key !== 'd/z'), 1]);
  assert.equal(asked.length, 6);
  const endless = treeSource((_directory, cursor = '0') => ({
    nextCursor: String(Number(cursor) + 1),
    doubt: doubt(true),
  }));
  assert.ok(failuresOf(await walked(endless.source)).length > 100);
  assert.ok(endless.asked.length < 200, `${endless.asked.length} pages`);
});

test('a folder that may be another one is not followed by a page in doubt', async () => {
  const { source } = bucket({
    '#3': { entries: [], directories: ['..'] },
    '..#': { ...TREE['#'], doubt: doubt(true) },
  });
  const pages = await walked(source);
  assert.deepEqual(failuresOf(pages), [['..', 'ERR_LISTING', 'folder']]);
});
