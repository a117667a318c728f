// What holds for the pages and the errors of every source that lists: it can go on from every page, whatever the keys, and each
// failure has the class that the run decides by.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { TransferError, type Verdict } from '../../src/errors.js';
import { type Scope, textOf } from '../../src/model/scope.js';
import { listerOf } from '../../src/sources/capabilities.js';
import { scopePage } from '../../src/sources/listing/scope-page.js';
import type { Source } from '../../src/sources/source.js';
import { rejection } from '../support/waiting.js';
import type { OpenSource } from './source.js';

const FLAT = Object.fromEntries([...'abcdef'].map((name) => [`${name}.jpg`, Buffer.from(name)]));

const HOSTILE = Object.fromEntries(
  [
    '"quoted"\\<&>.jpg',
    '%41%2F%00.jpg',
    "it's(1)*~.jpg",
    ' blanks at both ends ',
    '\u0001\u001f\u007f.jpg',
    '商品/中 文?#+&=;.jpg',
    '😀/\uff01\ue000é.jpg',
    'deep/["down","","m"]/x.jpg',
    '..hidden/...jpg',
    `long/${'长'.repeat(80)}.jpg`,
  ].map((key) => [key, Buffer.from(key)]),
);

export function pagesContract(name: string, open: OpenSource): void {
  const contract = (title: string, run: (t: TestContext) => Promise<void>) =>
    test(`${name}: ${title}`, { timeout: 60_000 }, run);

  contract('six objects are three pages of two, and the listing goes on from each of them', async (t) => {
    const source = await open(t, FLAT);
    const pages = await pagesOf(source);
    assert.deepEqual(
      pages.filter(({ keys }) => keys.length > 0).map(({ keys }) => keys.length),
      [2, 2, 2],
    );
    for (const [index, { scope, next }] of pages.entries()) {
      if (next === undefined) continue;
      const before = pages.slice(0, index + 1).flatMap(({ keys }) => keys);
      const rest = (await pagesOf(source, { scope, cursor: next })).flatMap(({ keys }) => keys);
      assert.deepEqual([...before, ...rest].sort(), Object.keys(FLAT), `after page ${index + 1}`);
    }
  });

  contract('an empty bucket has one page without objects; a folder in it is empty or not there', async (t) => {
    const source = await open(t, {});
    try {
      assert.deepEqual(await pagesOf(source), [{ scope: '', keys: [], next: undefined }]);
    } catch (error) {
      assert.equal((error as TransferError).code, 'ERR_NOT_FOUND');
    }
  });

  contract('hostile keys are listed as they are, and fetched', async (t) => {
    const source = await open(t, HOSTILE);
    const keys = (await pagesOf(source)).flatMap((page) => page.keys);
    assert.deepEqual([...keys].sort(), Object.keys(HOSTILE).sort());
    for (const key of keys) {
      const { bytes } = await source.get({ key });
      assert.equal(Buffer.from(bytes!).toString(), key);
    }
  });
}

/** What a server does to every request from now on. */
export type Failure = 'broken' | 'busy' | 'forbidden' | 'reset' | 'cut';

/** Opens a source, and makes its server fail. */
export type OpenFailing = (
  t: TestContext,
  contents: Readonly<Record<string, Buffer>>,
) => Promise<{ source: Source; fail: (how: Failure) => void }>;

/** For an object; for a listing, a refusal may also end the run. */
const CLASSES: readonly (readonly [Failure, Verdict, listing: RegExp])[] = [
  ['broken', 'retry', /^retry$/],
  ['busy', 'throttle', /^throttle$/],
  ['forbidden', 'skip', /^(skip|fatal)$/],
  ['reset', 'retry', /^retry$/],
  ['cut', 'retry', /^retry$/],
];

export function failuresContract(name: string, open: OpenFailing): void {
  for (const [how, ofObject, ofListing] of CLASSES)
    test(`${name}: a server that is ${how} is a ${ofObject}`, { timeout: 60_000 }, async (t) => {
      const { source, fail } = await open(t, FLAT);
      fail(how);
      const error = await rejection<TransferError>(source.get({ key: 'a.jpg', size: 1 }));
      assert.ok(error instanceof TransferError);
      assert.equal(error.verdict, ofObject, `${error.code}: ${error.message}`);
      const listed = await rejection<TransferError>(listerOf(source).listPage('', undefined));
      assert.match(listed.verdict, ofListing, `${listed.code}: ${listed.message}`);
    });
}

interface Listed {
  readonly scope: Scope;
  readonly keys: readonly string[];
  readonly next: string | undefined;
}

/** All pages from a place on, depth first. */
async function pagesOf(source: Source, from: { scope: Scope; cursor?: string } = { scope: '' }): Promise<Listed[]> {
  const places: { scope: Scope; cursor?: string | undefined }[] = [from];
  const pages: Listed[] = [];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const page = scopePage(await listerOf(source).listPage(textOf(place.scope), place.cursor));
    assert.deepEqual([page.rejects, page.doubt], [[], undefined]);
    pages.push({ scope: place.scope, keys: page.entries.map(({ key }) => key), next: page.nextCursor });
    if (page.nextCursor !== undefined) places.push({ scope: place.scope, cursor: page.nextCursor });
    places.push(...page.scopes.map((scope) => ({ scope })));
  }
  return pages;
}
