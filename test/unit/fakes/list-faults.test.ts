// Listings that break the rules, one way each.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { END_OF_LIST } from '../../fakes/upyun/cursor.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import type { ListFault } from '../../fakes/wire/list-faults.js';
import { listPages, parseRows, type RawAnswer, signedGet } from '../../fakes/wire/raw-client.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

async function start(t: TestContext, broken?: ListFault) {
  const bucket = memoryBucket(Object.fromEntries(NAMES.map((name) => [name, name])));
  const server = await startUpyunServer({ buckets: { pics: bucket }, list: { broken } });
  t.after(() => server.close());
  return server;
}

function namesOf(pages: RawAnswer[]): string[] {
  return pages.flatMap((page) => parseRows(page.text).map((row) => row.name));
}

test('can return the same cursor for ever', async (t) => {
  const { endpoint } = await start(t, 'cursor-loop');
  for (const limit of [2, 100]) {
    const pages = await listPages(endpoint, '/pics/', { 'x-list-limit': limit }, 5);
    assert.equal(pages.length, 5);
    assert.equal(new Set(pages.map((page) => page.headers['x-upyun-list-iter'])).size, 1);
  }
});

test('can leave the cursor out, in both forms', async (t) => {
  const { endpoint } = await start(t, 'no-cursor');
  assert.equal((await signedGet(endpoint, '/pics/')).headers['x-upyun-list-iter'], undefined);
  const json = JSON.parse((await signedGet(endpoint, '/pics/', { accept: 'application/json' })).text);
  assert.deepEqual([json.files.length, json.iter], [5, undefined]);
});

test('can repeat a page once and then go on', async (t) => {
  const { endpoint, faults } = await start(t);
  faults.add({ match: { kind: 'list' }, times: 1, action: { listing: 'repeated-page' } });
  const pages = await listPages(endpoint, '/pics/', { 'x-list-limit': 3 });
  assert.deepEqual(namesOf(pages), ['a', 'b', 'c', 'b', 'c', 'd', 'e']);
});

test('can name an item twice', async (t) => {
  const { endpoint } = await start(t, 'duplicate-names');
  assert.deepEqual(namesOf([await signedGet(endpoint, '/pics/')]), ['a', 'a', 'b', 'c', 'd', 'e']);
});

test('can send rows with a field too few and one too many', async (t) => {
  const { endpoint } = await start(t, 'wrong-fields');
  const fields = (await signedGet(endpoint, '/pics/')).text.split('\n').map((row) => row.split('\t').length);
  assert.deepEqual(fields, [3, 4, 4, 4, 5]);
  const json = JSON.parse((await signedGet(endpoint, '/pics/', { accept: 'application/json' })).text);
  assert.deepEqual([json.files[0].name, json.files[1].name], [undefined, 'b']);
});

test('can send a name that is not UTF-8, in both forms', async (t) => {
  const { endpoint } = await start(t, 'not-utf8');
  for (const accept of ['*/*', 'application/json']) {
    const { body } = await signedGet(endpoint, '/pics/', { accept });
    assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(body));
  }
});

test('can begin with an empty page that is not the end', async (t) => {
  const { endpoint } = await start(t, 'empty-first-page');
  const pages = await listPages(endpoint, '/pics/');
  assert.equal(pages[0]?.text, '');
  assert.notEqual(pages[0]?.headers['x-upyun-list-iter'], END_OF_LIST);
  assert.deepEqual(namesOf(pages), NAMES);
});
